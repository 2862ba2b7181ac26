import Foundation
import Testing

/// Copies of the data directory itself: the seed's archive for a machine of the same kind, and an operator's own copying
/// in backup mode.
@Suite(.twoAtATime)
struct MoveTests {
    @Test func anArchiveIsRefusedWhileTheServerRunsAndMovesTheStoppedClusterElsewhere() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.startDatabase()
            let before = try await mailmill.exhibits()
            let file = "\(folder.path)/mailmill.tar.zst"
            let running = try await mailmill.run("database", "archive", file)
            #expect(running.ending == .status(69))
            #expect(running.errors.contains("runs; `mailmill database stop` first"))
            try FileManager.default.removeItem(atPath: file)
            try await mailmill.output(["database", "stop"])
            #expect(try await mailmill.output(["database", "archive", file]).hasPrefix("archived "))

            // Damaged, it is refused, and what is there stays.
            let marked = "\(mailmill.directory)/cluster/conf.d/mark"
            try Data().write(to: URL(fileURLWithPath: marked))
            let copy = "\(folder.path)/damaged.tar.zst"
            try FileManager.default.copyItem(atPath: file, toPath: copy)
            try BackupTests.flipByte(of: copy)
            let damaged = try await mailmill.run("database", "unarchive", copy, "--yes")
            #expect(damaged.ending != .status(0))
            #expect(FileManager.default.fileExists(atPath: marked))

            let other = ["--set", "database.directory=\(folder.path)/other"]
            try await mailmill.output(["database", "unarchive", file, "--yes"] + other)
            try await mailmill.output(["database", "start"] + other)
            let there = try await mailmill.output(
                ["database", "psql"] + other + [
                    "--role", "superuser", "--", "-XAtc", "SELECT count(*) FROM ops.exhibit",
                ]
            )
            #expect(there == "20000\n")
            try await mailmill.output(["database", "stop"] + other)

            for word in ["unpacking", "checking every file", "syncing"] {
                try await mailmill.kill(["database", "unarchive", file, "--yes"], when: word)
            }
            let again = try await mailmill.output(["database", "unarchive", file, "--yes"])
            #expect(again.contains("cluster.before-unarchive-"))
            #expect(!FileManager.default.fileExists(atPath: marked))
            try await mailmill.output(["database", "start"])
            #expect(try await mailmill.exhibits() == before)
            let live = try await mailmill.run("database", "unarchive", file, "--yes")
            #expect(live.ending == .status(69))
        }
    }

    @Test func aWindowMakesAnOperatorsOwnCopyWhole() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.startDatabase()
            let labels = "\(folder.path)/labels"
            let copying =
                "test -d \"$MAILMILL_CLUSTER\" && tar -cf \(folder.path)/copy.tar -C \"$MAILMILL_CLUSTER/..\" cluster"
            let window = try await mailmill.output([
                "backup", "window", "--labels", labels, "--accept", "1", "--", "sh", "-c", copying,
            ])
            #expect(window.contains("backup_label and"))
            let before = try await mailmill.exhibits()

            let root = try folder.folder("copy")
            let laid = """
                set -e
                tar -xf \(folder.path)/copy.tar -C \(root)
                rm -f \(root)/cluster/postmaster.pid
                rm -rf \(root)/cluster/pg_wal
                cp -a \(labels)/. \(root)/cluster/
                mkdir -p \(root)/cluster/pg_wal/archive_status
                chown -R --reference=\(mailmill.directory)/cluster \(root)
                """
            let lay = try Program("/bin/sh", ["-c", laid], in: folder)
            #expect(try await lay.finish() == .status(0), "\(lay.errors)")
            let other = ["--set", "database.directory=\(root)"]
            try await mailmill.output(["database", "start"] + other)
            let there = try await mailmill.output(
                ["database", "psql"] + other
                    + [
                        "--role", "superuser", "--", "-XAtc",
                        "SELECT count(*) || ' ' || sum(hashtext(e::text)) FROM ops.exhibit AS e",
                    ]
            )
            #expect(there == before + "\n")
            try await mailmill.output(["database", "stop"] + other)

            // A program that fails ends backup mode all the same.
            let failed = try await mailmill.run("backup", "window", "--labels", "\(folder.path)/none", "--", "false")
            #expect(failed.ending == .status(70))
            #expect(failed.errors.contains("false failed (exit status 1)"))
            let slots = "SELECT count(*) FROM pg_replication_slots"
            #expect(try await mailmill.rows(slots, role: "superuser") == ["0"])
        }
    }

    @Test func aMigrationOfAnOlderSchemaTakesABackupFirst() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.startDatabase()
            let last = "SELECT max(version) FROM ops.migration"
            let newest = try #require(try await mailmill.rows(last, role: "owner").first)
            try await mailmill.execute("DELETE FROM ops.migration WHERE version = \(newest)")
            let older = try await mailmill.rows(last, role: "owner")

            let missing = ["--set", "backup.engine=/usr/bin/no-such-engine"]
            let refused = try mailmill.begin(["migrate", "run"] + missing)
            #expect(try await refused.finish() == .status(69))
            #expect(refused.errors.contains("no backup, no migration"), "\(refused.errors)")
            #expect(refused.errors.contains("--without-backup"))
            #expect(try await mailmill.rows(last, role: "owner") == older)

            // What the row stood for is there already, so that the migration itself fails; the backup is what counts.
            let tried = try await mailmill.run("migrate", "run")
            #expect(tried.errors.contains("taking a backup before"), "\(tried.errors)")
            #expect(try await mailmill.backups().count == 1)
            let again = try await mailmill.run("migrate", "run")
            #expect(!again.errors.contains("taking a backup before"))
            #expect(try await mailmill.backups().count == 1)
        }
    }
}
