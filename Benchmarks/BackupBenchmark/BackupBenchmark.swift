internal import BenchmarkSupport
internal import Foundation
internal import PostgresServer
internal import SystemPackage

/// Backup and restore beside the bare tools on the same data, and a dump with its verified restore.
///
/// `swift run -c release BackupBenchmark [rows]`
@main
struct BackupBenchmark {
    private static let tables = 8

    static func main() {
        BenchmarkRun.main("backup") { folder in
            let rows = max(tables, BenchmarkRun.argument(0, default: 4_000_000))
            let scratch = try await ScratchDatabase(below: folder)
            let program = try MailmillProgram(
                in: folder,
                settings: "database: {directory: \(scratch.root), account: \(scratch.account), ballast: 0MiB}\n"
            )
            // With the program's own settings, which archive.
            try program.run(["database", "restart"])
            try await fill(rows, scratch)
            let bytes = try await scratch.number("SELECT pg_database_size('mailmill')")
            tell("data: \(rows) rows in \(tables) tables, \(ByteCount(bytes))")
            let bare = BareTools(scratch: scratch, folder: folder)
            let clock = ContinuousClock()

            try program.run(["backup", "create", "--type", "full"])
            let bareBackup = try clock.measure { try bare.backup() }
            let ourBackup = try clock.measure { try program.run(["backup", "create", "--type", "full"]) }
            compare("backup", ourBackup, bareBackup, "pgbackrest backup")

            let bareRestore = try clock.measure { try bare.restore(into: folder.appending("bare")) }
            let ourRestore = try clock.measure {
                try program.run(["backup", "restore", "--yes", "--into", folder.appending("ours").string])
            }
            compare("restore", ourRestore, bareRestore, "pgbackrest restore and recovery")
            let proof = try clock.measure { try program.run(["backup", "prove"]) }
            tell("backup prove, every page and index checked: \(proof.milliseconds) ms")

            let dump = folder.appending("dump").string
            let dumping = try clock.measure { try program.run(["dump", dump]) }
            let restoring = try clock.measure { try program.run(["restore-dump", dump, "--yes"]) }
            let rate = Double(rows) / (dumping + restoring).seconds
            Goal("dump and verified restore", "100 000 rows/s or more").tell(
                "\(Int(rate)) rows/s (dump \(dumping.milliseconds) ms, restore \(restoring.milliseconds) ms)",
                isReached: rate >= 100_000
            )
        }
    }

    private static func compare(_ what: String, _ ours: Duration, _ bare: Duration, _ tool: String) {
        let ratio = ours.seconds / bare.seconds
        Goal(what, "1.5 times \(tool) or less").tell(
            "\(Figure.decimal(ratio, 2)) times \(tool): \(ours.milliseconds) ms, \(bare.milliseconds) ms",
            isReached: ratio <= 1.5
        )
    }

    /// Rows as wide as events, with an index that has to be built again.
    private static func fill(_ rows: Int, _ scratch: ScratchDatabase) async throws {
        for number in 1...tables {
            try await scratch.run(
                """
                CREATE TABLE ops.bench_\(number) AS
                SELECT n AS id, now() - n * interval '1 second' AS at, hashint8(n) AS hash, (n % 200)::int AS domain,
                    (n % 20)::smallint AS class, n * 17 % 90000 AS bytes
                FROM generate_series(1, \(rows / tables)::bigint) AS n
                """,
                "ALTER TABLE ops.bench_\(number) ADD PRIMARY KEY (id)",
                "ALTER TABLE ops.bench_\(number) OWNER TO mailmill_owner"
            )
        }
    }
}
