import ArgumentParser
import Foundation
import PostgresServer
import SystemPackage

struct BackupRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restores the database: to its newest state, to a time, or to a backup.",
        discussion: """
            Everything is restored and recovered beside the database, which goes on meanwhile, and takes its place only \
            when all went well; that takes seconds. The old data directory is kept (`mailmill database kept`). The \
            collectors' positions come back with the data, so they read on from there: what their logs and spools still \
            hold is not lost.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "To the last commit before this time: 2026-03-05T04:07:00Z.")
    var time: String?
    @Option(help: "To where this backup ended (`mailmill backup list`).")
    var backup: String?
    @Option(help: "Into this folder instead, as another database.directory; nothing is replaced, and nothing started.")
    var into: String?
    @OptionGroup var confirmation: Confirmation

    func validate() throws {
        guard time == nil || backup == nil else { throw ValidationError("--time and --backup exclude each other") }
    }

    func run() async throws {
        let settings = try global.settings()
        var destination: FilePath?
        if let into {
            let absolute = ServiceFolder.absolute(into)
            destination = FilePath(absolute)
            if !confirmation.dryRun { try ServiceFolder.make(absolute, for: settings.database.account) }
        }
        let backups = try settings.backups()
        let plan = try await backups.plan(try target(), into: destination)
        var lines = [
            "restores backup \(plan.base.label) of \(RFC3339.text(plan.base.finishedAt)), \(plan.base.databaseSize), "
                + "and recovers it to \(plan.target)",
            "makes \(plan.destination)",
        ]
        if plan.replaces {
            lines.append("keeps what is there now as \(settings.database.directory)/cluster.before-restore-…")
        }
        guard try confirmation.goesOn(lines) else { return }
        let outcome = try await backups.restore(plan)
        var text = "restored \(plan.target) to \(plan.destination) in \(DatabaseCommand.seconds(outcome.took))"
        if let away = outcome.away { text += "; the database was away for \(DatabaseCommand.seconds(away))" }
        Terminal.print(text)
        if let kept = outcome.kept {
            Terminal.print("the old cluster is kept as \(kept); `mailmill database kept --remove` removes it")
        }
        if !outcome.isRunning {
            let place = into.map { _ in " --set database.directory=\(plan.destination.removingLastComponent())" } ?? ""
            Terminal.print("start it with `mailmill database start\(place)`")
        }
    }

    private func target() throws -> RecoveryTarget {
        if let backup { return .backup(label: backup) }
        guard let time else { return .newest }
        guard let parsed = RFC3339.time(time) else { throw BackupError.badTarget(text: time) }
        return .time(parsed)
    }
}
