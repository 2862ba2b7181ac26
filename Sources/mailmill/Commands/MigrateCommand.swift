import ArgumentParser
import PostgresServer
import Store

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "The database's schema: what it has, and bringing it to this release.",
        subcommands: [MigrateStatusCommand.self, MigrateRunCommand.self, MigrateDeferredCommand.self],
        defaultSubcommand: MigrateStatusCommand.self
    )
}

struct MigrateStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Which migrations the database has, and which it lacks."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let status = try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            try await Migrations(pool).status()
        }
        var table = TextTable(columns: [.number("version"), .text("name"), .text("applied_at")])
        for migration in status {
            let applied = migration.appliedAt.map { RFC3339.text($0) }
            table.rows.append([String(migration.version), migration.name, applied ?? "not yet"])
        }
        switch output.format {
        case .table: Terminal.print(table.aligned())
        case .csv: Terminal.print(table.csv())
        case .json:
            Terminal.print(
                JSONValue.array(
                    status.map { migration in
                        .object([
                            ("version", .whole(Int64(migration.version))),
                            ("name", .text(migration.name)),
                            ("applied_at", JSONValue(migration.appliedAt)),
                        ])
                    }
                ).text()
            )
        }
    }
}

struct MigrateRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Applies what is missing; each migration is a transaction of its own.",
        discussion: """
            A database that holds something is backed up first, and the backup verified, unless one is younger than \
            backup.fresh. Without a backup, or without room on the disk, nothing is changed.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Change the schema although there is no backup to go back to.")
    var withoutBackup = false

    func run() async throws {
        let settings = try global.settings()
        if !withoutBackup, settings.database.host == nil { try await MigrationSafety(settings: settings).prepare() }
        let done = try await DatabaseAccess(settings).withPool(.owner) { pool in
            try await Migrations(pool).run { Terminal.note("applied \($0.version) \($0.name)") }
        }
        Terminal.print(done.isEmpty ? "nothing to do: the schema is up to date" : "\(done.count) migrations applied")
    }
}
