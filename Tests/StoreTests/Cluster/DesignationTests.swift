import MailEvents
import PostgresClient
import ScratchPostgres
import Testing

@testable import Store

@Suite struct DesignationTests {
    @Test func anyHostTakesEventsUntilOneIsDesignated() async throws {
        try await withScratchDatabase { database in
            let designation = Designation(database.pool(.owner))
            let state = try await designation.state()
            #expect(state.host.isEmpty && state.epoch == 0 && state.refusal.isEmpty)
            #expect(try await designation.designate("db1", following: 0) == 1)
            // This server has no name: it is not the designated one.
            #expect(try await designation.state().refusal.contains("db1 was designated (epoch 1)"))
            // Each by its own name, as the server's command line gives it.
            for (host, takes) in [("db1", true), ("db2", false)] {
                let pool = database.pool(.report, parameters: ["mailmill.host": host])
                #expect(try await Designation(pool).state().refusal.isEmpty == takes)
            }
            let configured = database.pool(
                .report,
                parameters: ["mailmill.host": "db1", "mailmill.designated_host": "db2"]
            )
            #expect(try await Designation(configured).state().refusal.contains("configuration designates host db2"))
        }
    }

    @Test func aServerThatIsNotDesignatedTakesNoEventsAndLosesNone() async throws {
        try await withScratchDatabase { database in
            let source = try await TestSource(database)
            let pool = database.pool(.superuser)
            let batch = source.next([TestEvent(.delivery, at: Times.now()), TestEvent(.delivery, at: Times.now())])
            let designation = Designation(database.pool(.owner))
            #expect(try await designation.designate("elsewhere", following: 0) == 1)
            guard case .refused(let reason) = try await source.session.commit(batch) else {
                Issue.record("a batch was taken")
                return
            }
            #expect(reason.contains("elsewhere was designated"))
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event") == 0)
            // Back to a server without a name, which this one is.
            #expect(try await designation.designate("", following: 1) == 2)
            #expect(try await source.session.commit(batch) == .committed)
        }
    }

    @Test func ofManyMovesAtOnceOneWins() async throws {
        try await withScratchDatabase { database in
            let designation = Designation(database.pool(.owner))
            for round in 0..<100 {
                let epochs = try await withThrowingTaskGroup(of: Int64?.self) { group in
                    for host in 1...4 {
                        group.addTask { try await designation.designate("db\(host)", following: Int64(round)) }
                    }
                    return try await group.reduce(into: [Int64?]()) { $0.append($1) }
                }
                #expect(epochs.compactMap(\.self) == [Int64(round + 1)])
            }
        }
    }

    /// Two servers, of which one was copied from the other and promoted: a row each. Whoever asks both at once, at any
    /// moment of a move, is told "yes" by one at most.
    @Test func ofTwoServersAtMostOneTakesEvents() async throws {
        try await withScratchDatabase { one in
            try await withScratchDatabase { two in
                let servers = [("db1", one), ("db2", two)]
                let owners = servers.map { Designation($0.1.pool(.owner)) }
                let asking = servers.map { server in
                    Designation(server.1.pool(.report, parameters: ["mailmill.host": server.0]))
                }
                for owner in owners { _ = try await owner.designate("db1", following: 0) }
                for round in 1...100 {
                    let target = servers[round % 2].0
                    // The new one is asked before the old one: should it say yes, the old one has been told before.
                    async let asked = Self.takers(round % 2 == 0 ? asking : asking.reversed())
                    // The old one first, then the new one: as the plan tells.
                    let order: [Designation] = round % 2 == 0 ? owners.reversed() : owners
                    for owner in order { _ = try await owner.designate(target, following: Int64(round)) }
                    #expect(try await asked <= 1)
                    #expect(try await Self.takers(asking) == 1)
                }
            }
        }
    }

    private static func takers(_ servers: [Designation]) async throws -> Int {
        var count = 0
        for server in servers where try await server.state().refusal.isEmpty { count += 1 }
        return count
    }
}
