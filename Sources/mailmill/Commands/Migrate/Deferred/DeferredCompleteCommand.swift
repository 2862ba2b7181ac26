import ArgumentParser
import Store

struct DeferredCompleteCommand: DeferredAction {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Go past the point of no return now, where all rows are moved, instead of when the time is over."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: DeferredName

    var done: String { "completes" }
    var nothing: String { "there is no deferred migration whose rows are all moved" }

    func act(on migrations: DeferredMigrations) async throws -> [String] {
        try await migrations.complete(which.name)
    }
}
