import Foundation

extension KilledCommand {
    static let backups = [
        KilledCommand(
            name: "backup create",
            words: ["backup", "create"],
            prepare: { try await $0.start() },
            between: { stage in
                // Only what is whole is listed.
                for backup in try await stage.first.backups() where backup.restorePoint == nil && !backup.rows.isEmpty {
                    throw TestTrouble("\(backup) is listed")
                }
            },
            after: { stage in
                guard try await stage.first.backups().last?.restorePoint != nil else { throw TestTrouble("no backup") }
                try await stage.isWhole()
            }
        ),
        KilledCommand(
            name: "backup prove",
            words: ["backup", "prove"],
            prepare: { stage in
                try await stage.start()
                try await stage.first.output(["backup", "create"])
            },
            between: { try await $0.isWhole() },
            after: { stage in
                guard try await stage.first.backups().last?.provenAt != nil else { throw TestTrouble("not proven") }
                guard !stage.exists("db1/backup/drill") else { throw TestTrouble("the drill's folder is left") }
            }
        ),
        KilledCommand(
            name: "backup restore",
            words: ["backup", "restore", "--yes"],
            prepare: { stage in
                try await stage.start()
                try await stage.first.output(["backup", "create"])
            },
            before: { try await $0.forgetKept() },
            after: { stage in
                // One that was killed after it stopped the server found none to start again.
                try await stage.first.output(["database", "start"])
                try await stage.isWhole()
                guard !stage.exists("db1/restoring") else { throw TestTrouble("the restore's folder is left") }
            }
        ),
        KilledCommand(
            name: "backup restore --into",
            words: ["backup", "restore", "--into", "FOLDER/other", "--yes"],
            isDone: "is there already",
            prepare: { stage in
                try await stage.start()
                try await stage.first.output(["backup", "create"])
            },
            before: { try await $0.shell("rm -rf \($0.folder.path)/other") },
            between: { try await $0.isWhole() },
            after: { stage in
                let other = ["--set", "database.directory=\(stage.folder.path)/other", "--set", "database.listen="]
                try await stage.first.output(["database", "start"] + other)
                try await stage.first.output(["database", "stop"] + other)
            }
        ),
    ]

    static let moves = [
        KilledCommand(
            name: "dump",
            words: ["dump", "FOLDER/dump"],
            prepare: { try await $0.start() },
            before: { try await $0.shell("rm -rf \($0.folder.path)/dump") },
            after: { stage in
                try await stage.first.output(["restore-dump", "\(stage.folder.path)/dump", "--dry-run"])
            }
        ),
        KilledCommand(
            name: "restore-dump",
            words: ["restore-dump", "FOLDER/dump", "--yes"],
            prepare: { stage in
                try await stage.start()
                try await stage.first.output(["dump", "\(stage.folder.path)/dump"])
            },
            before: { try await $0.forgetKept() },
            between: { try await $0.isWhole() },
            after: { stage in
                try await stage.isWhole()
                let others = """
                    SELECT datname FROM pg_database WHERE datname !~ '^(postgres|template[01]|mailmill|mailmill_before_.*)$'
                    """
                let left = try await stage.first.rows(others, role: "superuser")
                guard left.isEmpty else { throw TestTrouble("databases are left: \(left)") }
            }
        ),
        KilledCommand(
            name: "database archive",
            words: ["database", "archive", "FOLDER/archive.tar.zst"],
            isDone: "is there already",
            prepare: { stage in
                try await stage.start()
                try await stage.first.output(["database", "stop"])
            },
            before: { try await $0.shell("rm -f \($0.folder.path)/archive.tar.zst") },
            after: { try await $0.shell("zstd -dc \($0.folder.path)/archive.tar.zst | tar -t >/dev/null") }
        ),
        KilledCommand(
            name: "database unarchive",
            words: ["database", "unarchive", "FOLDER/archive.tar.zst", "--yes"],
            prepare: { stage in
                try await stage.start()
                try await stage.first.output(["database", "stop"])
                try await stage.first.output(["database", "archive", "\(stage.folder.path)/archive.tar.zst"])
            },
            before: { try await $0.forgetKept() },
            after: { stage in
                try await stage.first.output(["database", "start"])
                try await stage.isWhole()
                try await stage.first.output(["database", "stop"])
            }
        ),
    ]

    static let hosts = [
        KilledCommand(
            name: "database init",
            words: ["database", "init"],
            isOfTheSecond: true,
            before: { try await $0.forgetSecond() },
            after: { stage in
                try await stage.second.output(["database", "start"])
                try await stage.second.output(["database", "stop"])
            }
        ),
        KilledCommand(
            name: "database designate",
            words: ["database", "designate", "--yes"],
            prepare: { try await $0.start() },
            after: { stage in
                let said = try await stage.first.output(["database", "designate"])
                guard said.contains("now:  db1 is designated") else { throw TestTrouble(said) }
            }
        ),
        KilledCommand(
            name: "database credential rotate",
            words: ["database", "credential", "rotate", "--role", "collector"],
            prepare: { try await $0.start() },
            between: { try await $0.passwordWorks() },
            after: { try await $0.passwordWorks() }
        ),
        KilledCommand(
            name: "database certificate make",
            words: ["database", "certificate", "make", "--name", "127.0.0.1"],
            prepare: { stage in
                try await stage.start()
                try await stage.first.output(["database", "credential", "rotate", "--role", "collector"])
            },
            after: { stage in
                try await stage.first.output(["database", "restart"])
                try await stage.passwordWorks()
            }
        ),
        KilledCommand(
            name: "standby create",
            words: ["standby", "create", "--from", "FOLDER/db1/run", "--port", "PORT"],
            isOfTheSecond: true,
            prepare: { try await $0.start() },
            before: { try await $0.forgetSecond() },
            between: { try await $0.isWhole() },
            after: { stage in
                let said = try await stage.second.output(["standby", "status"])
                guard said.contains("standby") else { throw TestTrouble(said) }
            }
        ),
        KilledCommand(
            name: "standby promote",
            words: ["standby", "promote", "--yes"],
            isOfTheSecond: true,
            prepare: { try await $0.start() },
            before: { stage in
                try await stage.forgetSecond()
                try await stage.first.output(["database", "start"])
                try await stage.second.output([
                    "standby", "create", "--from", "\(stage.first.directory)/run", "--port", "\(stage.port)",
                ])
                try await stage.first.output(["database", "stop"])
                try await eventually("that the primary is missed", every: .milliseconds(100)) {
                    try await stage.second.output(["standby", "status"]).contains("its primary is away")
                }
            },
            after: { stage in
                let said = try await stage.second.output(["database", "designate"])
                guard said.contains("now:  db2 is designated") else { throw TestTrouble(said) }
                try await stage.isWhole(stage.second)
            }
        ),
    ]

    static let upgrades = [
        KilledCommand(
            name: "upgrade run",
            words: ["upgrade", "run", "--without-backup"],
            parts: 12,
            isDone: "upgrade finish",
            prepare: { try await $0.start() },
            before: { stage in
                if try await stage.first.output(["upgrade", "status"]).contains("upgraded") {
                    try await stage.first.output(["upgrade", "rollback", "--without-backup"])
                }
            },
            after: { stage in
                try await stage.first.output(["database", "start"])
                let version = try await stage.first.rows("SHOW server_version_num").joined()
                guard version.hasPrefix("18") else { throw TestTrouble(version) }
                try await stage.isWhole()
            }
        ),
        KilledCommand(
            name: "upgrade rollback",
            words: ["upgrade", "rollback", "--without-backup"],
            parts: 12,
            isDone: "cannot",
            prepare: { try await $0.start() },
            before: { try await $0.first.output(["upgrade", "run", "--without-backup"]) },
            after: { stage in
                try await stage.first.output(["database", "start"])
                let version = try await stage.first.rows("SHOW server_version_num").joined()
                guard version.hasPrefix("15") else { throw TestTrouble(version) }
                try await stage.isWhole()
            }
        ),
        KilledCommand(
            name: "upgrade finish",
            words: ["upgrade", "finish"],
            parts: 4,
            isDone: "cannot",
            prepare: { try await $0.start() },
            before: { stage in
                // From 15 each time.
                _ = try await stage.first.run("database", "stop")
                try await stage.shell("rm -rf \(stage.first.directory)")
                try await stage.start()
                try await stage.first.output(["upgrade", "run", "--without-backup"])
            },
            after: { stage in
                guard !stage.exists("db1/cluster.upgrade/other") else { throw TestTrouble("the old cluster is left") }
                try await stage.first.output(["database", "start"])
                try await stage.isWhole()
            }
        ),
    ]
}
