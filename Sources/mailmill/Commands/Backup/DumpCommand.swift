import ArgumentParser
import Foundation
import PostgresServer
import SystemPackage

struct DumpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Dumps the database while it collects, to move it to any other machine.",
        discussion: """
            Everything as it was at one moment, in pg_dump's directory format, with the roles and a manifest of every \
            table's rows and sums. `mailmill restore-dump` takes it, on any architecture and any later PostgreSQL. For \
            safety day by day, `mailmill backup` is better: it is quicker and restores to any time.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Folder to make; it must be empty if it is there.")
    var folder: String
    @OptionGroup var jobs: JobsOption
    @Option(help: "Compression, 0 to 9. Beyond 1 it takes several times longer for a tenth less.")
    var compress = 1
    @Flag(help: "Include the roles' password verifiers, so that collectors keep their passwords. Guard the dump then.")
    var withPasswords = false

    func validate() throws {
        guard (0...9).contains(compress) else {
            throw ValidationError("--compress: expected 0 to 9, found \(compress)")
        }
    }

    func run() async throws {
        let settings = try global.settings()
        let path = ServiceFolder.absolute(folder)
        try ServiceFolder.make(path, for: settings.database.account)
        try ServiceAccount.become(settings.database.account)
        let outcome = try await settings.server.dump(
            to: FilePath(path),
            DumpOptions(
                jobs: jobs.jobs ?? settings.backup.processes,
                compression: compress,
                withPasswords: withPasswords
            ),
            progress: DatabaseCommand.progress
        )
        Terminal.print(
            "dumped \(outcome.manifest.rows) rows of \(outcome.manifest.tables.count) tables to \(path) in "
                + DatabaseCommand.seconds(outcome.took)
        )
    }
}

/// `--jobs`.
struct JobsOption: ParsableArguments {
    @Option(help: "Processes that work side by side (default: the setting backup.processes).")
    var jobs: Int?

    func validate() throws {
        guard (1...64).contains(jobs ?? 1) else {
            throw ValidationError("--jobs: expected 1 to 64, found \(jobs ?? 0)")
        }
    }
}

struct RestoreDumpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore-dump",
        abstract: "Restores a dump into a fresh database, compares it, and puts it in the place of the old one.",
        discussion: """
            Not a single error is tolerated: with one, the old database stays as it is. The old one is kept \
            (`mailmill database kept`). Whoever is connected is sent away for the moment of the change.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Folder that `mailmill dump` made.")
    var folder: String
    @OptionGroup var jobs: JobsOption
    @OptionGroup var confirmation: Confirmation

    func run() async throws {
        let settings = try global.settings()
        let path = FilePath(ServiceFolder.absolute(folder))
        try ServiceFolder.giveDump(path.string, to: settings.database.account)
        try ServiceAccount.become(settings.database.account)
        let manifest = try settings.server.inspectDump(path)
        let lines = [
            "restores the dump of \(RFC3339.text(manifest.madeAt)): \(manifest.rows) rows, about \(manifest.databaseSize)",
            "puts it in the place of the database mailmill, which is kept under another name",
        ]
        guard try confirmation.goesOn(lines) else { return }
        let outcome = try await settings.server.restoreDump(
            from: path,
            DumpOptions(jobs: jobs.jobs ?? settings.backup.processes),
            progress: DatabaseCommand.progress
        )
        Terminal.print(
            "restored \(outcome.manifest.rows) rows in \(DatabaseCommand.seconds(outcome.took)), with no error; all "
                + "\(outcome.manifest.tables.count) tables are as the manifest says"
        )
        if let kept = outcome.kept {
            Terminal.print("the old database is kept as \(kept); `mailmill database kept --remove` removes it")
        }
    }
}
