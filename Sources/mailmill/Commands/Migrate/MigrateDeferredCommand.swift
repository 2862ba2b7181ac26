import ArgumentParser
import PostgresServer
import Store

struct MigrateDeferredCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deferred",
        abstract: "Changes of layout whose rows the manager moves in the background.",
        discussion: """
            A release that changes how rows are stored makes the new layout at once and shows both to every report; the \
            manager moves the rows afterwards, while mail is collected and reports are right at every moment. It goes on by \
            itself after it was stopped or killed, waits when something else would suffer, and says for what.
            """,
        subcommands: [
            DeferredStatusCommand.self, DeferredPauseCommand.self, DeferredResumeCommand.self,
            DeferredSpeedCommand.self, DeferredRollbackCommand.self, DeferredCompleteCommand.self,
        ],
        defaultSubcommand: DeferredStatusCommand.self
    )
}

/// Which deferred migration a command is about.
struct DeferredName: ParsableArguments {
    @Argument(help: "Its name, as `status` shows it. Without one: all that have not ended.")
    var name: String?

    /// Says what was done; an error where the command applies to nothing.
    func tell(_ names: [String], _ done: String, orElse nothing: String) throws {
        guard !names.isEmpty else {
            throw DeferredProblem(
                text: name.map { "\(nothing): \($0); `mailmill migrate deferred` shows what there is" } ?? nothing
            )
        }
        for name in names { Terminal.print("\(name): \(done)") }
    }
}

/// A command that applies to no deferred migration.
struct DeferredProblem: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}

struct DeferredStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How far each is, how fast it goes, when it will end, and why it waits."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption
    @Flag(help: "Show it again each second, until all have ended or Ctrl-C.")
    var watch = false

    func run() async throws {
        try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            while true {
                let all = try await DeferredMigrations(pool).status()
                Terminal.print(DeferredView(all).text(output.format))
                guard watch, all.contains(where: { !$0.state.isEnded }) else { return }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}

struct DeferredPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stop after the chunk that is under way. Reports stay right however long it rests."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: DeferredName

    func run() async throws {
        let names = try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            try await DeferredMigrations(pool).pause(which.name)
        }
        try which.tell(names, "paused", orElse: "there is no deferred migration to pause")
    }
}

struct DeferredResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on after a pause; begin anew after a rollback."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: DeferredName

    func run() async throws {
        let names = try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            try await DeferredMigrations(pool).resume(which.name)
        }
        try which.tell(names, "goes on", orElse: "there is no deferred migration to go on with")
    }
}

struct DeferredSpeedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "speed",
        abstract: "Limit how many rows a second are moved."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Rows a second, or `unlimited`: as fast as nothing else suffers.")
    var speed: String
    @OptionGroup var which: DeferredName

    func validate() throws {
        guard speed == "unlimited" || (Int32(speed).map { $0 > 0 } ?? false) else {
            throw ValidationError("'\(speed)' is no speed; give rows a second, or 'unlimited'.")
        }
    }

    func run() async throws {
        let names = try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            try await DeferredMigrations(pool).limit(which.name, rowsPerSecond: Int32(speed))
        }
        let done = Int32(speed).map { "at most \($0) rows a second" } ?? "as fast as nothing else suffers"
        try which.tell(names, done, orElse: "there is no deferred migration that moves")
    }
}

struct DeferredRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Take back to the old layout what was moved. Nothing is lost, and reports stay right."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: DeferredName

    func run() async throws {
        let names = try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            try await DeferredMigrations(pool).rollBack(which.name)
        }
        try which.tell(names, "goes back", orElse: "there is no deferred migration that can go back")
    }
}

struct DeferredCompleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Go past the point of no return now, where all rows are moved, instead of when the time is over."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: DeferredName

    func run() async throws {
        let names = try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            try await DeferredMigrations(pool).complete(which.name)
        }
        try which.tell(names, "completes", orElse: "there is no deferred migration whose rows are all moved")
    }
}
