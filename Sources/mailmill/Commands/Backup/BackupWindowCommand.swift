import ArgumentParser
import Foundation
import PostgresServer
import SystemPackage

struct BackupWindowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "window",
        abstract: "Puts the server into backup mode while a copying program of your own runs: tar, rsync, a snapshot.",
        discussion: """
            For example: mailmill backup window --labels /backup/label --accept 1 -- tar -cf /backup/data.tar -C \
            /var/lib/mailmill cluster

            The program runs as you. It finds the data directory in $MAILMILL_CLUSTER. Backup mode ends with the command, \
            whatever happens. To use the copy, lay what is in --labels over it (backup_label, and pg_wal in place of the \
            copied one), remove postmaster.pid, and start a server on it.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "Folder to make for the label and the write-ahead log that makes the copy whole.")
    var labels: String
    @Option(help: "An exit status of the program that is well besides 0; may stand several times.")
    var accept: [Int32] = []
    @Argument(help: "The program and its arguments, after --.")
    var command: [String]

    func run() async throws {
        let settings = try global.settings()
        let path = ServiceFolder.absolute(labels)
        try ServiceFolder.make(path, for: settings.database.account)
        let outcome = try await BackupWindow(settings.server).run(
            command,
            environment: ProcessInfo.processInfo.environment,
            accepting: Set(accept),
            labels: FilePath(path)
        )
        Terminal.print(
            "the copy took \(DatabaseCommand.seconds(outcome.took)); \(outcome.labelFile) and \(outcome.segments.count) "
                + "segments of write-ahead log belong to it"
        )
    }
}
