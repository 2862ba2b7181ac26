import Foundation
import Testing

/// What happens when WAL cannot be archived, or a disk is full.
@Suite(.twoAtATime)
struct ArchiveFaultTests {
    @Test func anArchiveThatFailsForAWhileIsSaidAndCaughtUpWith() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.startDatabase()
            try await mailmill.output(["backup", "create"])
            let archive = "\(mailmill.directory)/backup/repository/archive"
            try FileManager.default.moveItem(atPath: archive, toPath: archive + ".away")
            for _ in 0..<2 { try await segment(mailmill) }
            try await eventually("segments that wait") { try await waiting(mailmill) >= 2 }
            try await eventually("an alarm", every: .milliseconds(300)) {
                try await mailmill.output(["database", "status"]).contains("ALARM: the archive fails, and")
            }
            // pgBackRest may have made an empty folder of its own in between.
            try? FileManager.default.removeItem(atPath: archive)
            try FileManager.default.moveItem(atPath: archive + ".away", toPath: archive)
            try await segment(mailmill)
            try await eventually("an archive that has caught up") { try await waiting(mailmill) == 0 }
            #expect(try await !mailmill.output(["database", "status"]).contains("ALARM: the archive fails"))
            try await mailmill.output(["backup", "verify"])
            try await mailmill.output(["backup", "create"])
            try await mailmill.output(["backup", "prove"])
        }
    }

    @Test func withoutPgBackRestWALIsGivenUpBeforeTheDiskFillsAndItIsSaid() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [], more: "backup: {wal_limit: 32MiB}")
            try await mailmill.startDatabase()
            try await mailmill.output(["backup", "create"])
            let missing = try mailmill.begin(["database", "restart", "--set", "backup.engine=/usr/bin/no-such-engine"])
            #expect(try await missing.finish() == .status(0), "\(missing.errors)")
            for _ in 0..<5 { try await segment(mailmill) }
            try await eventually("segments that were given up", every: .milliseconds(300)) {
                try await mailmill.output(["database", "status"]).contains("were given up")
            }
            let status = try await mailmill.output(["database", "status"])
            #expect(status.contains("no-such-engine is missing: install the package pgbackrest"))
            let create = try mailmill.begin(["backup", "create", "--set", "backup.engine=/usr/bin/no-such-engine"])
            #expect(try await create.finish() == .status(69))
            #expect(create.errors.contains("apt-get install pgbackrest"))

            try await mailmill.output(["database", "restart"])
            let again = try await mailmill.run("backup", "create")
            #expect(again.ending == .status(0), "\(again.errors)")
            #expect(again.errors.contains("were given up before this backup"))
            try await mailmill.output(["backup", "prove"])
            #expect(try await !mailmill.output(["database", "status"]).contains("were given up"))
        }
    }

    @Test func aFullRepositoryIsSaidAndLeavesTheDatabaseAtWork() async throws {
        guard geteuid() == 0 else { return print("not root: a full disk cannot be made") }
        try await TestFolder.with { folder in
            let small = try folder.folder("small")
            try await Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=35m,mode=0777", "tmpfs", small], folder)
            do {
                let mailmill = try Installation(
                    in: folder,
                    collect: [],
                    more: "backup: {repository: \(small)/repository}"
                )
                try await mailmill.startDatabase()
                try await mailmill.execute(
                    "CREATE TABLE ops.noise AS SELECT gen_random_uuid() AS a, gen_random_uuid() AS b FROM generate_series(1, 1200000)"
                )
                let full = try await mailmill.run("backup", "create")
                #expect(full.ending != .status(0))
                #expect(full.errors.contains("space"), "\(full.errors)")
                #expect(try await mailmill.backups().isEmpty)
                #expect(try await mailmill.exhibits().hasPrefix("20000 "))
                let dump = try await mailmill.run("dump", "\(small)/dump")
                #expect(dump.ending != .status(0))
                #expect(dump.errors.contains("space"), "\(dump.errors)")
                try await Self.run("/bin/mount", ["-o", "remount,size=300m", small], folder)
                try await mailmill.output(["backup", "create"])
                #expect(try await mailmill.backups().count == 1)
                let elsewhere = try await mailmill.run("backup", "restore", "--into", "\(small)/other", "--yes")
                #expect(elsewhere.ending == .status(75))
                #expect(elsewhere.errors.contains("free some space"), "\(elsewhere.errors)")
                try await mailmill.output(["database", "stop"])
            } catch {
                try await Self.run("/bin/umount", ["-l", small], folder)
                throw error
            }
            try await Self.run("/bin/umount", ["-l", small], folder)
        }
    }

    private static func run(_ program: String, _ arguments: [String], _ folder: TestFolder) async throws {
        let run = try Program(program, arguments, in: folder)
        guard try await run.finish() == .status(0) else { throw TestTrouble("\(run.name): \(run.errors)") }
    }

    /// Fills a segment's worth, as far as the archive is concerned.
    private func segment(_ mailmill: Installation) async throws {
        try await mailmill.execute("SELECT txid_current(), pg_switch_wal()")
    }

    private func waiting(_ mailmill: Installation) async throws -> Int {
        let folder = "\(mailmill.directory)/cluster/pg_wal/archive_status"
        return try FileManager.default.contentsOfDirectory(atPath: folder).count { $0.hasSuffix(".ready") }
    }
}
