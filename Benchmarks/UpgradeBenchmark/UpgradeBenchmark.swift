internal import BenchmarkSupport
internal import Foundation
internal import PostgresServer
internal import SystemPackage

/// For how long events wait while the database comes to another major, by each method, and while it goes back.
///
/// `swift run -c release UpgradeBenchmark [mebibytes] [major]`; 500 and 18 if not told. The size is 10 000.
@main
struct UpgradeBenchmark {
    static func main() {
        BenchmarkRun.main("upgrade") { folder in
            let mebibytes = max(1, BenchmarkRun.argument(0, default: 500))
            let major = BenchmarkRun.argument(1, default: 18)
            let programs = FilePath(FileManager.default.currentDirectoryPath).appending(".build/server-majors/\(major)")
            let scratch = try await ScratchDatabase(below: folder)
            try await fill(scratch, mebibytes: mebibytes)
            var settings = scratch.server.settings
            settings.binDirectory = programs
            let server = DatabaseServer(settings: settings)
            let size = try await server.size()
            let used = Double(size.clusterBytes.bytes) / Double(1 << 30)
            tell("cluster: \(size.clusterBytes)")
            for method in [UpgradeMethod.copy, .dump] {
                let clock = ContinuousClock()
                let begin = clock.now
                let status = try await server.upgrade(to: major, method: method) { tell("  \($0)") }
                let all = begin.duration(to: clock.now).seconds
                let waited = status.journal?.waitedSeconds ?? 0
                tell("15 to \(major) by \(method.rawValue): \(Figure.decimal(all, 1)) s in all")
                let goal = "60 s or less for 10 GB"
                Goal("upgrade by \(method.rawValue), events wait", method == .copy ? goal : goal + " (clone or copy)")
                    .tell(
                        "\(Figure.decimal(waited, 1)) s for \(Figure.decimal(used, 1)) GiB, \(Figure.decimal(waited / used, 1)) s a GiB",
                        isReached: waited / used * 10 <= 60
                    )
                let back = try await server.rollBackUpgrade()
                tell("rollback: events waited \(Figure.decimal(back.journal?.waitedSeconds ?? 0, 1)) s")
                _ = try await server.finishUpgrade()
            }
        }
    }

    /// Rows as wide as events, in tables of 100 MiB with the index that events have.
    private static func fill(_ scratch: ScratchDatabase, mebibytes: Int) async throws {
        try await scratch.run("CREATE SCHEMA filling")
        for number in 0..<max(1, mebibytes / 100) {
            try await scratch.run(
                """
                CREATE TABLE filling.event_\(number) AS
                SELECT '2026-01-01'::timestamptz + g * interval '10 ms' AS occurred_at, g AS recipient_hash, g % 9973 AS domain_id,
                    (g % 7)::int2 AS kind, (g % 3)::int2 AS node_id, g % 100000 AS size, g % 40000 AS delay_ms, g AS sender_hash
                FROM generate_series(1, 1250000) AS g
                """,
                "CREATE INDEX ON filling.event_\(number) USING brin (occurred_at)"
            )
        }
        try await scratch.run("CHECKPOINT")
    }
}
