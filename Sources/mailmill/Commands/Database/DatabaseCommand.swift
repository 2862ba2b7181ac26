import ArgumentParser
import PostgresServer

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database",
        abstract: "Mailmill's own PostgreSQL: make, start, stop, look at it.",
        subcommands: [
            DatabaseInitCommand.self, DatabaseStartCommand.self, DatabaseStopCommand.self,
            DatabaseRestartCommand.self, DatabaseReloadCommand.self, DatabaseStatusCommand.self,
            DatabaseHealthCommand.self, DatabaseCredentialCommand.self, DatabaseCertificateCommand.self,
            DatabaseDesignateCommand.self,
            DatabasePsqlCommand.self, DatabaseExecCommand.self, DatabaseLogsCommand.self, DatabaseSizeCommand.self,
            DatabaseKeptCommand.self, DatabaseArchiveCommand.self, DatabaseUnarchiveCommand.self,
        ]
    )

    /// Progress of a verb goes to standard error.
    static let progress: ServerProgressHandler = { Terminal.note("\($0)") }

    static func warn(_ warnings: [String]) {
        for warning in warnings { Terminal.note("warning: \(warning)") }
    }

    /// `0.84 s`
    static func seconds(_ duration: Duration) -> String {
        let hundredths = duration.components.seconds * 100 + duration.components.attoseconds / 10_000_000_000_000_000
        return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10) s"
    }
}
