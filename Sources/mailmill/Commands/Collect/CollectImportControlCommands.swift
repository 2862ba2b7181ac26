import ArgumentParser
import Collector

struct CollectImportListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract:
            "The imports of this host, the newest first: what they do, how far they are, and how long they will take.",
        discussion: """
            States: running; paused; interrupted (its process is gone: `resume` goes on); cancelling, cancelled; finished. \
            Lines, events and rate are of the newest run of it. Imports that are over are told of until twenty newer ones are.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        output.print(try global.settings().importOrders.list())
    }
}

/// Which import a command is about.
struct ImportNumber: ParsableArguments {
    @Argument(help: "Its number, as `list` shows it. Without one: the one that is not over, where there is only one.")
    var number: Int?

    func find(_ orders: ImportOrders) throws -> KnownImport {
        let found: KnownImport
        if let number {
            found = try orders.find(number)
        } else {
            let open = try orders.list().filter(\.isOpen)
            guard open.count == 1, let only = open.first else {
                throw ValidationError("\(open.count) imports are not over: name one by its number (`list` shows them)")
            }
            found = only
        }
        guard found.isOpen else { throw ValidationError("import \(found.number) is \(found.phase.rawValue)") }
        return found
    }
}

struct CollectImportPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "An import rests after the batch that is under way, until it is resumed."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: ImportNumber

    func run() async throws {
        let orders = try global.settings().importOrders
        let found = try which.find(orders)
        try orders.pause(found.number)
        Terminal.print("import \(found.number): paused")
    }
}

struct CollectImportResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "An import that was paused or interrupted goes on where it was.",
        discussion: """
            One that rests goes on by itself. One whose process is gone is run here, or with --background without this \
            terminal. Exit status as of `files`.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var which: ImportNumber
    @Flag(name: .customLong("background"), help: "Return at once, and go on without this terminal.")
    var isInBackground = false
    /// What --background starts: whoever started it has said that it goes on, and it may have been paused again since.
    @Flag(name: .customLong("detached"), help: .hidden)
    var isDetached = false

    func run() async throws {
        let settings = try global.settings()
        let orders = try settings.importOrders
        let found = try which.find(orders)
        if !isDetached { try orders.resume(found.number) }
        guard !found.isRunning else { return Terminal.print("import \(found.number): goes on") }
        withExtendedLifetime(try orders.begin(found.number)) {}
        try await ImportRun(orders, found.number, settings).start(inBackground: isInBackground, global, output)
    }
}

struct CollectImportCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "An import ends after the batch that is under way. What is counted stays counted.",
        discussion: "The rest can be imported later: the same files, given again, go on where they were."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: ImportNumber

    func run() async throws {
        let orders = try global.settings().importOrders
        let found = try which.find(orders)
        try orders.cancel(found.number)
        Terminal.print("import \(found.number): cancelled")
    }
}
