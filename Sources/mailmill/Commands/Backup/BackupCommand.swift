import ArgumentParser
import Foundation
import PostgresServer

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Backups of the database: taken while it runs, proven, restored to any time.",
        discussion: """
            Made by pgBackRest. Runs as the service account, also when root starts it. \
            Where they go, and how long they are kept: `backup` in the settings.
            """,
        subcommands: [
            BackupCreateCommand.self, BackupListCommand.self, BackupVerifyCommand.self, BackupProveCommand.self,
            BackupRestoreCommand.self, BackupExpireCommand.self, BackupWindowCommand.self,
            BackupScheduleCommand.self,
        ],
        defaultSubcommand: BackupListCommand.self
    )
}

extension Settings {
    /// Backups of this host's database, in a process that is the service account from here on.
    func backups() throws -> Backups {
        guard database.host == nil else {
            throw SettingsError(
                place: "database.host",
                problem: "the database is on \(database.host ?? "another host"); its backups are made there"
            )
        }
        try ServiceAccount.become(database.account)
        return try Backups(server, progress: DatabaseCommand.progress)
    }
}

/// `--type`.
extension BackupType: ExpressibleByArgument {}

struct BackupCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Takes a backup of the running database.",
        discussion: """
            It counts when the command ends well: all its files, and all of the write-ahead log that it needs, are in \
            the repository. The first backup sets the repository up; from then on the write-ahead log is archived, and a \
            restore to any time is possible.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(
        help: """
            full, diff (what changed since the last full one) or incr (since the last one). Default: incr, and full when \
            the last full one is older than backup.full_every.
            """
    )
    var type: BackupType?

    func run() async throws {
        let settings = try global.settings()
        let backups = try settings.backups()
        let full = try await backups.list().last { $0.type == .full }
        let isDue = full.map { $0.finishedAt.timeIntervalSinceNow < -settings.backup.fullEvery.inSeconds } ?? true
        let outcome = try await backups.create(type ?? (isDue ? .full : .incremental))
        let backup = outcome.backup
        if outcome.gap > 0 {
            Terminal.note("warning: \(outcome.gap) segments were given up before this backup: no restore to that time")
        }
        if backup.hasDamagedPages { Terminal.note("warning: damaged pages were found: see `mailmill database logs`") }
        Terminal.print(
            "took backup \(backup.label) (\(backup.type.rawValue)) in \(DatabaseCommand.seconds(outcome.took)): "
                + "\(backup.databaseSize), \(backup.repositorySize) in the repository"
        )
    }
}

struct BackupListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "All backups that count, oldest first."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let backups = try await global.settings().backups().list()
        switch output.format {
        case .table:
            Terminal.print(backups.isEmpty ? "there is no backup yet" : Self.table(backups, isCSV: false).aligned())
        case .csv: Terminal.print(Self.table(backups, isCSV: true).csv())
        case .json: Terminal.print(JSONValue.array(backups.map(Self.json)).text())
        }
    }

    private static func table(_ backups: [BackupSet], isCSV: Bool) -> TextTable {
        func size(_ count: ByteCount) -> String { isCSV ? String(count.bytes) : "\(count)" }
        var table = TextTable(columns: [
            .text("label"), .text("type"), .text("finished_at"), .number("database"), .number("repository"),
            .text("pages"), .text("proven_at"),
        ])
        table.rows = backups.map { backup in
            [
                backup.label, backup.type.rawValue, RFC3339.text(backup.finishedAt), size(backup.databaseSize),
                size(backup.repositorySize), backup.hasDamagedPages ? "DAMAGED" : "good",
                backup.provenAt.map { RFC3339.text($0) } ?? "never",
            ]
        }
        return table
    }

    private static func json(_ backup: BackupSet) -> JSONValue {
        .object([
            ("label", .text(backup.label)),
            ("type", .text(backup.type.rawValue)),
            ("started_at", JSONValue(backup.startedAt)),
            ("finished_at", JSONValue(backup.finishedAt)),
            ("database_bytes", .whole(backup.databaseSize.bytes)),
            ("repository_bytes", .whole(backup.repositorySize.bytes)),
            ("needs", .array(backup.needs.map { .text($0) })),
            ("has_damaged_pages", .flag(backup.hasDamagedPages)),
            ("first_segment", .text(backup.firstSegment)),
            ("last_segment", .text(backup.lastSegment)),
            ("restore_point", JSONValue(backup.point)),
            ("proven_at", JSONValue(backup.provenAt)),
            ("proven_seconds", backup.provenSeconds.map { .number($0) } ?? .null),
            (
                "rows",
                .object((backup.figures ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })
            ),
        ])
    }
}

struct BackupVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads every file of the repository again and compares its checksum.",
        discussion:
            "Quicker than `backup prove`, and less: that one restores, recovers and compares. Exit status 65 if something is damaged."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let whole = try await global.settings().backups().verify()
        Terminal.print("all files are whole, of \(whole.count) backups and the archived write-ahead log")
    }
}

struct BackupProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract:
            "Proves a backup: restores it into a scratch cluster, recovers it, checks it, compares what it holds.",
        discussion: """
            The database is not touched. Needs as much free disk as the database takes. Exit status 65 if the backup is \
            damaged or does not hold what was recorded when it was taken.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Label of the backup (default: the newest).")
    var label: String?

    func run() async throws {
        let outcome = try await global.settings().backups().prove(label)
        let compared =
            outcome.figures > 0
            ? "the rows of \(outcome.figures) tables are as recorded" : "no figures were recorded to compare it with"
        Terminal.print(
            "proved backup \(outcome.backup.label) in \(DatabaseCommand.seconds(outcome.took)): restored, recovered, "
                + "every table and index checked, \(compared)"
        )
    }
}

struct BackupExpireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        abstract: "Removes backups that neither the recovery window nor the minimum needs.",
        discussion: "backup.keep_days and backup.keep_at_least say what stays; the last proven backup always does."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var confirmation: Confirmation

    func run() async throws {
        let backups = try global.settings().backups()
        let plan = try await backups.expiryPlan()
        for (label, reason) in plan.kept { Terminal.note("keeps \(label): \(reason)") }
        guard !plan.expired.isEmpty else { return Terminal.print("nothing to remove") }
        let lines = plan.expired.map { "removes \($0), what builds on it, and write-ahead log that nothing needs then" }
        guard try confirmation.goesOn(lines) else { return }
        try await backups.expire(plan)
        Terminal.print("removed \(plan.expired.joined(separator: ", "))")
    }
}
