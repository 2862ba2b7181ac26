import Foundation
import LogGenerator
import Synchronization
import Testing

/// Two hosts that reach the same data directory, as by a shared disk: each with processes, mounts and network of its own, so
/// that neither sees the other's server, and PostgreSQL's own interlock sees nothing.
@Suite(.twoAtATime, .enabled(if: Host.canBeMade, "namespaces need root: these tests were not run"))
struct OneDirectoryTests {
    @Test func ofTwoHostsThatRaceForADirectoryOneHasAWritableServerAtAnyTime() async throws {
        var (random, seed) = SeededRandom.announced(for: "races for one directory")
        try await TestFolder.with { folder in
            let directory = "\(folder.path)/db"
            try await PreparedDatabase.copy(to: directory, in: folder)
            var hosts = [try await Host("one", in: folder), try await Host("two", in: folder)]
            func sites() throws -> [Installation] {
                try hosts.map { host in try Installation(in: folder, collect: [], on: host) }
            }
            var mailmills = try sites()
            try await mailmills[0].output(["database", "start"])
            try await mailmills[0].execute("CREATE TABLE ops.race (race int, host text, server timestamptz)")
            try await mailmills[0].output(["database", "stop"])

            let watch = Watch(cluster: "\(directory)/cluster")
            // Each takes four seconds, as the loser waits for the lock. MAILMILL_TEST_ROUNDS=5 makes a hundred.
            let races = Rounds.times(20)
            for race in 1...races {
                let starts = try mailmills.map { try $0.begin(["database", "start"]) }
                for start in starts { try await start.finish(within: .seconds(120)) }
                let winners = starts.indices.filter { starts[$0].ending == .status(0) }
                guard winners.count == 1, let winner = winners.first else {
                    throw TestFailure(
                        "race \(race), seed \(seed): \(winners.count) winners: \(starts.map { $0.output + $0.errors })"
                    )
                }
                #expect(starts[1 - winner].errors.contains("only one server"), "\(starts[1 - winner].errors)")
                // Both write. Whoever answers, it is one and the same server.
                for (mailmill, host) in zip(mailmills, hosts) {
                    let row = "\(race), '\(host.name)', pg_postmaster_start_time()"
                    try await mailmill.execute("INSERT INTO ops.race VALUES (\(row))")
                }
                switch Int.random(in: 0..<3, using: &random) {
                case 0: try await mailmills[winner].output(["database", "stop"])
                case 1:
                    for postmaster in ProcessTable.postmasters(of: "\(directory)/cluster") { kill(postmaster, SIGKILL) }
                default:
                    try await hosts[winner].lose()
                    hosts[winner] = try await Host(hosts[winner].name, in: folder)
                    mailmills = try sites()
                }
                starts.forEach { $0.forget() }
            }
            #expect(await watch.end() == [], "postmasters at the same moment")

            try await mailmills[0].output(["database", "start"])
            let told = try await mailmills[0].rows(
                """
                SELECT count(*), count(DISTINCT race), count(DISTINCT (race, server)), count(DISTINCT server) FROM ops.race
                """,
                role: "superuser"
            )
            #expect(told == ["\(2 * races)|\(races)|\(races)|\(races)"])
            try await mailmills[0].output([
                "database", "exec", "--role", "superuser", "pg_amcheck", "--", "--all", "--install-missing",
                "--heapallindexed",
            ])
            try await mailmills[0].output(["database", "stop"])
        }
    }

    /// Looks without a pause for more than one postmaster on a directory.
    private final class Watch: Sendable {
        private let task: Task<[Set<pid_t>], Never>

        init(cluster: String) {
            task = Task.detached {
                var found: [Set<pid_t>] = []
                while !Task.isCancelled {
                    let seen = ProcessTable.postmasters(of: cluster)
                    // A child of a postmaster that was killed a moment ago may look like one: not for long.
                    if seen.count > 1 {
                        let still = ProcessTable.postmasters(of: cluster).intersection(seen)
                        if still.count > 1 { found.append(still) }
                    }
                    // Cancelled: the loop's condition ends it.
                    try? await Task.sleep(for: .milliseconds(10))
                }
                return found
            }
        }

        func end() async -> [Set<pid_t>] {
            task.cancel()
            return await task.value
        }
    }
}
