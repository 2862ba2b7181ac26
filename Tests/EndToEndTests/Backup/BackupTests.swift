import Foundation
import LogGenerator
import Testing

/// Backups by the real pgBackRest, of a database at work.
@Suite(.twoAtATime)
struct BackupTests {
    @Test func aBackupTakenUnderLoadIsProvenAndItsRestoreLosesNothingThatTheLogHolds() async throws {
        let (generator, seed) = SeededRandom.announced(for: "backup")
        try await TestFolder.with { folder in
            let path = try folder.folder("log") + "/mail.log"
            let lines = InventedPostfix(generator)
            let writer = try LogWriter(path, copy: "\(folder.path)/copy.log", seed: seed, lines: lines)
            let mailmill = try Installation(in: folder, collect: [Installation.file(path)])
            try await mailmill.serveDatabase(["database", "manager", "collector"])
            let writing = Task { try await writer.write(6000, rate: 400) }
            try await mailmill.output(["backup", "create"])
            let first = try #require(try await mailmill.backups().first)
            #expect(first.type == "full")
            #expect(first.restorePoint == "mailmill-\(first.label)")
            try await mailmill.output(["backup", "create"])
            #expect(try await mailmill.backups().map(\.type) == ["full", "incr"])
            let proved = try await mailmill.output(["backup", "prove"])
            #expect(
                proved.contains("every table and index checked, the rows of \(first.rows.count) tables are as recorded")
            )
            #expect(try await mailmill.backups().last?.provenAt != nil)
            #expect(try await mailmill.output(["database", "status"]).contains("last proven restore"))
            try await writing.value
            try await prove(mailmill, [writer.copy], folder)

            // Back to the first backup, from before most lines: the collector reads on from there.
            let restored = try await mailmill.output(["backup", "restore", "--backup", first.label, "--yes"])
            #expect(restored.contains("the database was away for"))
            try await writer.write(200)
            try await prove(mailmill, [writer.copy], folder)
            // And to the newest state, over the restored one's new timeline.
            try await mailmill.output(["backup", "restore", "--yes"])
            try await writer.write(200)
            try await prove(mailmill, [writer.copy], folder)
            let kept = try await mailmill.output(["database", "kept", "--format", "csv"])
            #expect(kept.components(separatedBy: "cluster.before-restore-").count == 3)
            try await mailmill.output(["database", "kept", "--remove", "all", "--yes"])
            #expect(try await mailmill.output(["database", "kept"]) == "nothing is kept\n")
            try await mailmill.output(["backup", "create"])
            try await mailmill.output(["backup", "prove"])
        }
    }

    /// Mailmill's figures are those of an independent count, and no line stands in the database twice.
    private func prove(_ mailmill: Installation, _ logs: [String], _ folder: TestFolder) async throws {
        let expected = try await IndependentCounter.count(logs, in: folder)
        try await eventually("figures equal to the independent count", every: .milliseconds(300)) {
            let found = try await mailmill.report().tally
            guard found.deliveries == expected.deliveries, found.receptions == expected.receptions else {
                throw TestTrouble("\(found) instead of \(expected)")
            }
            return true
        }
        let rows = try await mailmill.rows(
            "SELECT count(*) = count(DISTINCT (node, kind, message_id, recipient_local, sender_local)) FROM report_v1.event"
        )
        #expect(rows == ["t"])
    }

    @Test func aRestoreToATimeBringsBackWhatAStatementDestroyed() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.startDatabase()
            try await mailmill.output(["backup", "create"])
            try await mailmill.execute("INSERT INTO ops.exhibit VALUES (0, 'after the backup')")
            let before = try await mailmill.exhibits()
            let time = try #require(
                try await mailmill.rows("SELECT to_char(clock_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')").first
            )
            try await mailmill.execute("DROP TABLE ops.exhibit")

            let early = try await mailmill.run("backup", "restore", "--time", "2020-01-01T00:00:00Z", "--yes")
            #expect(early.ending == .status(66))
            #expect(early.errors.contains("no backup ended before 2020-01-01T00:00:00Z; the oldest ended"))
            let unasked = try await mailmill.run("backup", "restore", "--time", time)
            #expect(unasked.ending == .status(64))
            #expect(unasked.errors.contains("nothing was done"))
            let dry = try await mailmill.run("backup", "restore", "--time", time, "--dry-run")
            #expect(dry.ending == .status(0))
            #expect(try await mailmill.rows("SELECT to_regclass('ops.exhibit') IS NULL", role: "superuser") == ["t"])

            // Into another folder first, which starts as a database of its own.
            try await mailmill.output(["backup", "restore", "--time", time, "--yes", "--into", "\(folder.path)/other"])
            let other = ["--set", "database.directory=\(folder.path)/other"]
            try await mailmill.output(["database", "start"] + other)
            let there = try await mailmill.output(
                ["database", "psql"] + other + [
                    "--role", "superuser", "--", "-XAtc", "SELECT count(*) FROM ops.exhibit",
                ]
            )
            #expect(there == "20001\n")
            try await mailmill.output(["database", "stop"] + other)

            try await mailmill.output(["backup", "restore", "--time", time, "--yes"])
            #expect(try await mailmill.exhibits() == before)
        }
    }

    @Test func aFlippedByteIsFoundByVerifyAndByTheDrill() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.startDatabase()
            try await mailmill.output(["backup", "create"])
            let label = try #require(try await mailmill.backups().first?.label)
            #expect(try await mailmill.output(["backup", "verify"]).contains("all files are whole"))
            let repository = "\(mailmill.directory)/backup/repository/backup/mailmill/\(label)/pg_data/base"
            let files = try FileManager.default.subpathsOfDirectory(atPath: repository).map { "\(repository)/\($0)" }
            let largest = try #require(
                files.filter { $0.hasSuffix(".zst") }.max { try Self.size($0) < Self.size($1) }
            )
            try Self.flipByte(of: largest)
            let verified = try await mailmill.run("backup", "verify")
            #expect(verified.ending == .status(65), "\(verified.errors)")
            #expect(verified.errors.contains(label))
            let proved = try await mailmill.run("backup", "prove")
            #expect(proved.ending != .status(0))
            #expect(try await mailmill.backups().first?.provenAt == nil)
            #expect(try await mailmill.output(["database", "status"]).contains("ALARM: the last prove failed"))
        }
    }

    private static func size(_ path: String) throws -> Int {
        (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    static func flipByte(of path: String) throws {
        guard let handle = FileHandle(forUpdatingAtPath: path) else { throw TestTrouble("\(path) cannot be changed") }
        let middle = UInt64(try size(path) / 2)
        try handle.seek(toOffset: middle)
        let byte = try handle.read(upToCount: 1)?.first ?? 0
        try handle.seek(toOffset: middle)
        try handle.write(contentsOf: Data([byte ^ 0x55]))
        try handle.close()
    }

    @Test(arguments: [
        "execute non-exclusive backup start", "check archive for", "new backup label", "waiting for the archive",
    ])
    func aBackupKilledOnItsWayIsRepeatedAndEndsWell(_ word: String) async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.startDatabase()
            try await mailmill.kill(["backup", "create"], when: word)
            // Only what is whole is listed: what was killed before its end has no restore point, or is not there.
            for backup in try await mailmill.backups() where backup.restorePoint == nil {
                #expect(backup.rows.isEmpty)
            }
            try await mailmill.output(["backup", "create"])
            let last = try #require(try await mailmill.backups().last)
            #expect(last.restorePoint != nil)
            try await mailmill.kill(["backup", "prove"], when: "recovering to")
            try await mailmill.output(["backup", "prove"])
            try await mailmill.kill(["backup", "restore", "--yes"], when: "putting the restored cluster in its place")
            let again = try await mailmill.run("backup", "restore", "--yes")
            #expect(again.ending == .status(0), "\(again.errors)")
            try await mailmill.output(["database", "start"])
            #expect(try await mailmill.exhibits().hasPrefix("20000 "))
        }
    }

    @Test func theKeyOfAnEncryptedRepositoryIsSeenNowhere() async throws {
        try await TestFolder.with { folder in
            let key = "9f2c81d04e7755aa3b6c19f0e8d7263514a0bbcc"
            let file = try folder.file("key", key + "\n", mode: 0o600)
            let mailmill = try Installation(in: folder, collect: [], more: "backup: {encryption_key: \(file)}")
            if geteuid() == 0 { try chownToService(file) }
            try await mailmill.startDatabase()
            let program = try mailmill.begin(["backup", "create"])
            var looks = 0
            try await eventually("the end of the backup", every: .milliseconds(20)) {
                for entry in ProcessTable.entries(inside: folder.path) {
                    for name in ["cmdline", "environ"] {
                        // A process may end while it is looked at.
                        let text = try? String(contentsOfFile: "/proc/\(entry.pid)/\(name)", encoding: .utf8)
                        #expect(text?.contains(key) != true)
                        looks += 1
                    }
                }
                return program.ending != nil
            }
            #expect(program.ending == .status(0), "\(program.errors)")
            #expect(looks > 0)
            #expect(!program.errors.contains(key) && !program.output.contains(key))
            let grep = try Program("/usr/bin/grep", ["-rl", key, mailmill.directory], in: folder)
            try await grep.finish()
            #expect(grep.output == "\(mailmill.directory)/backup/engine.conf\n")
            #expect(try await mailmill.output(["backup", "prove"]).contains("are as recorded"))
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(mailmill.directory)/backup/engine.conf"
            )
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func serveTakesAndProvesBackupsBySchedule() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [], more: "backup: {schedule: \"00:00\"}")
            let serve = try await mailmill.serveDatabase()
            // None was ever taken: the one that was due at midnight is taken at once, and proven.
            try await eventually("a proven backup", every: .milliseconds(500)) {
                try await mailmill.backups().first?.provenAt != nil
            }
            #expect(try await mailmill.output(["backup", "schedule"]).contains("next backup:  "))
            serve.signal(SIGTERM)
            #expect(try await serve.finish() == .status(0))
        }
    }

    private func chownToService(_ path: String) throws {
        guard let account = getpwnam("mailmill") else { throw TestTrouble("there is no account mailmill") }
        chown(path, account.pointee.pw_uid, account.pointee.pw_gid)
    }
}
