import LogGenerator
import Foundation
import Logging
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Every cube and every report agree with an independent count, at every moment of a random history.
@Suite struct FigureTests {
    private struct Cube {
        var name: String
        var bucket: String
        var grain: Int64
        var keys: Set<String>
        /// Days that it holds for sure.
        var days: Int64

        static let all: [Cube] = [("minute", Times.minute), ("hour", Times.hour), ("day", Times.day)].flatMap {
            name,
            grain in
            [("traffic", ["node", "binding"]), ("domain", ["domain"]), ("wide", ["node", "binding", "domain"])].map {
                family,
                keys in
                let days: Int64 =
                    switch (family, name) {
                    case ("wide", "minute"): 14
                    case (_, "minute"), ("wide", "hour"): 60
                    case (_, "hour"): 730
                    default: 3650
                    }
                return Cube(name: "\(family)_by_\(name)", bucket: name, grain: grain, keys: Set(keys), days: days)
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func allFiguresAgreeAtEveryMoment(seed: UInt64) async throws {
        try await withScratchDatabase { database in
            var maker = TrafficMaker(random: SeededRandom(seed: seed), now: Times.now(), domains: 500)
            let sources = [try await TestSource(database, node: "mx1"), try await TestSource(database, node: "mx2")]
            let reader = database.pool(.report)
            let owner = database.pool(.superuser)
            let upkeep = Upkeep(database)
            var tally = Tally()
            for step in 0..<16 {
                let number = Int.random(in: 0..<2, using: &maker.random)
                let events = (0..<Int.random(in: 1..<160, using: &maker.random)).map { _ in maker.event() }
                try await sources[number].feed(events)
                tally.entries += events.map { Tally.Entry(node: "mx\(number + 1)", event: $0) }
                tally.named = Set(
                    try await owner.query(
                        """
                        SELECT d.name FROM rt_log.domain_tier AS t JOIN rt_log.domain AS d ON d.term_id = t.domain_id
                        WHERE t.tier = 'minute'
                        """
                    ).map { try $0.get("name") }
                )
                switch Int.random(in: 0..<4, using: &maker.random) {
                case 0: _ = try await upkeep.fold(grace: .zero)
                case 1: try await foldSome(owner, before: maker.event().at)
                default: break
                }
                if step % 5 == 4 { for cube in Cube.all { try await check(cube, tally, reader) } }
                for _ in 0..<6 { try await checkReport(tally, reader, &maker) }
            }
            #expect(tally.named.count == 200, "enough domains for some to be other")
        }
    }

    /// As much as any fold may take: the minutes before any time.
    private func foldSome(_ owner: ConnectionPool, before: Int64) async throws {
        let before = Timestamp(microseconds: Times.floor(before, Times.minute))
        try await owner.query("SELECT rt_log.make_cube_partitions($1) AS n", [before])
        _ = try await owner.withTransaction(isolation: .repeatableRead) {
            try await $0.query("SELECT rt_log.fold($1) AS n", [before])
        }
    }

    private func check(_ cube: Cube, _ tally: Tally, _ reader: ConnectionPool) async throws {
        let oldest = Times.floor(Times.now(), Times.day) - cube.days * Times.day
        let rows = try await reader.query(
            "SELECT * FROM report_v1.\(cube.name) WHERE \(cube.bucket) >= $1",
            [Timestamp(microseconds: oldest)]
        )
        let found = try Tally.read(rows, bucket: cube.bucket, keys: cube.keys)
        let expected = tally.sum {
            $0.event.at >= oldest
        } by: { entry in
            key(entry, tally, cube.keys, bucket: Times.floor(entry.event.at, cube.grain))
        }
        expect(found, expected, cube.name)
    }

    private func key(_ entry: Tally.Entry, _ tally: Tally, _ keys: Set<String>, bucket: Int64? = nil) -> Tally.Key {
        Tally.Key(
            bucket: bucket,
            node: keys.contains("node") ? entry.node : nil,
            binding: keys.contains("binding") ? entry.event.group + "/" + entry.event.binding : nil,
            domain: keys.contains("domain") ? tally.name(of: entry.event) : nil
        )
    }

    private func expect(_ found: [Tally.Key: [Int64]], _ expected: [Tally.Key: [Int64]], _ what: String) {
        guard found != expected else { return }
        for key in Set(found.keys).union(expected.keys) where found[key] != expected[key] {
            Issue.record("\(what), \(key): found \(found[key] ?? []), expected \(expected[key] ?? [])")
            return
        }
    }

    // MARK: - Reports

    /// Asks for a random report over a random period, to the microsecond.
    private func checkReport(_ tally: Tally, _ reader: ConnectionPool, _ maker: inout TrafficMaker) async throws {
        let question = Question(&maker)
        let statement = """
            SELECT t.* FROM report_v1.traffic($1, $2, $3, $4, $5, $6, $7, $8, $9) AS t
            """
        let answer = try await reader.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            let rows = try await connection.query(statement, question.parameters)
            let shape = try await connection.query(
                """
                SELECT min(segment_from) AS low, max(segment_to) AS high
                FROM report_v1.segments($1, $2, $3, '64 days')
                """,
                [question.from, question.to, question.family]
            ).one()
            return (
                rows: try Tally.read(rows, bucket: nil, keys: question.keys),
                low: try shape.find("low", as: Timestamp.self)?.microseconds ?? question.from.microseconds,
                high: try shape.find("high", as: Timestamp.self)?.microseconds ?? question.to.microseconds
            )
        }
        let rawHorizon = Times.floor(Times.now(), Times.day) - 14 * Times.day
        let isNamed = question.domain.map { $0 == "other" || $0.isEmpty || tally.named.contains($0) } ?? true
        // A domain that no cube names is looked up in the events, where they are held; else it is not told apart.
        let exact = !isNamed && question.from.microseconds >= rawHorizon
        let expected = tally.sum { entry in
            question.lets(entry, through: exact ? entry.event.domain : tally.name(of: entry.event))
                && entry.event.at >= answer.low && entry.event.at < answer.high
        } by: { entry in
            var key = key(entry, tally, question.keys)
            if exact, key.domain != nil { key.domain = entry.event.domain }
            return key
        }
        expect(answer.rows, expected, "\(question)")
        if question.from.microseconds >= rawHorizon {
            #expect(answer.low == question.from.microseconds && answer.high == question.to.microseconds)
        }
    }

    private struct Question: CustomStringConvertible {
        var from: Timestamp
        var to: Timestamp
        var node: String?
        var group: String?
        var binding: String?
        var domain: String?
        var keys: Set<String>

        init(_ maker: inout TrafficMaker) {
            func some<T>(_ value: T?) -> T? { Int.random(in: 0..<3, using: &maker.random) == 0 ? value : nil }
            let ends = [maker.event().at, maker.event().at].sorted()
            from = Timestamp(microseconds: ends[0])
            to = Timestamp(microseconds: ends[1])
            node = some(["mx1", "mx2", "mx3"].randomElement(using: &maker.random))
            let pair = TrafficMaker.bindings.randomElement(using: &maker.random)
            group = some(pair?.0)
            binding = some(pair?.1)
            domain = some([maker.event().domain, "other", ""].randomElement(using: &maker.random) ?? "")
            keys = Set(["node", "binding", "domain"].filter { _ in Bool.random(using: &maker.random) })
        }

        var parameters: [(any PostgresEncodable)?] {
            [
                from, to, node, group, binding, domain, keys.contains("node"), keys.contains("binding"),
                keys.contains("domain"),
            ]
        }

        var family: String {
            let domains = domain != nil || keys.contains("domain")
            let nodes = node != nil || keys.contains("node")
            let bindings = group != nil || binding != nil || keys.contains("binding")
            if domains { return nodes ? "wide" : bindings ? "pair" : "domain" }
            return nodes || bindings ? "traffic" : "total"
        }

        func lets(_ entry: Tally.Entry, through name: String) -> Bool {
            (node == nil || node == entry.node) && (group == nil || group == entry.event.group)
                && (binding == nil || binding == entry.event.binding) && (domain == nil || domain == name)
        }

        var description: String {
            "\(from.date) to \(to.date), \(node ?? "-") \(group ?? "-") \(binding ?? "-") \(domain ?? "-") by \(keys.sorted())"
        }
    }
}
