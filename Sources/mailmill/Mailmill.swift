import ArgumentParser
import PostgresServer

@main
struct Mailmill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailmill",
        abstract: "Collects what mail servers do, keeps it in a PostgreSQL that it looks after, and shows it.",
        version: Release.version,
        subcommands: [
            ServeCommand.self, QuickstartCommand.self, DatabaseCommand.self, BackupCommand.self, DumpCommand.self,
            RestoreDumpCommand.self, UpgradeCommand.self, StandbyCommand.self, CollectCommand.self, MigrateCommand.self,
            RetentionCommand.self, ParseCommand.self, ClassifyCommand.self,
            ReportCommand.self, TraceCommand.self, AccountCommand.self, DoctorCommand.self, ReferenceCommand.self,
        ]
    )

    static func main() async {
        // The server's launcher is this very program: nothing else may run in that process.
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == LauncherCommand.hiddenName {
            ServerLauncher.main(arguments: Array(arguments.dropFirst()))
        }
        Memory.keepSmall()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(reporting: error)
        }
    }

    /// Prints an error in one line and ends with its exit status; help, usage errors and versions as ArgumentParser does.
    private static func exit(reporting error: any Error) -> Never {
        if error is CleanExit || error is ValidationError || error is ExitCode || isParserError(error) {
            exit(withError: error)
        }
        Terminal.note("mailmill: \(error)")
        exit(withError: ExitStatus.of(error))
    }

    private static func isParserError(_ error: any Error) -> Bool {
        exitCode(for: error) != .failure
    }
}
