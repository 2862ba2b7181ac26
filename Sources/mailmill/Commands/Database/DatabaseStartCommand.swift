import ArgumentParser
import PostgresServer

struct DatabaseStartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Starts the server; says so if it runs already.",
        discussion: "The server stays when the command ends."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let outcome = try await global.settings().server.start(progress: DatabaseCommand.progress)
        Self.tell(outcome)
    }

    static func tell(_ outcome: StartOutcome) {
        DatabaseCommand.warn(outcome.warnings)
        let place = "PostgreSQL \(outcome.version), pid \(outcome.pid), socket \(outcome.socket)"
        Terminal.print(
            outcome.started
                ? "started in \(DatabaseCommand.seconds(outcome.took)): \(place)" : "was running already: \(place)"
        )
    }
}

struct DatabaseStopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stops the server: ends sessions, writes a checkpoint.",
        discussion: """
            What keeps it from ending is named after --wait seconds; it goes on ending by itself. Collectors wait \
            meanwhile and lose nothing.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "End at once; the next start recovers from the write-ahead log. Nothing committed is lost.")
    var immediate = false
    @Option(help: "Seconds to wait for the end.")
    var wait = 60

    func run() async throws {
        let outcome = try await global.settings().server.stop(
            immediate ? .immediate : .fast,
            limit: .seconds(wait),
            progress: DatabaseCommand.progress
        )
        Terminal.print(outcome.stopped ? "stopped in \(DatabaseCommand.seconds(outcome.took))" : "was not running")
    }
}

struct DatabaseRestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Stops the server if it runs, and starts it."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let outcome = try await global.settings().server.restart(progress: DatabaseCommand.progress)
        DatabaseStartCommand.tell(outcome)
    }
}

struct DatabaseReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Checks the configuration, and only then loads it into the running server."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let outcome = try await global.settings().server.reload()
        DatabaseCommand.warn(outcome.warnings)
        Terminal.print("the configuration was loaded")
        if !outcome.needRestart.isEmpty {
            Terminal.print(
                "these count only after `mailmill database restart`: \(outcome.needRestart.joined(separator: ", "))"
            )
        }
    }
}
