import ArgumentParser
import Store

struct DeferredPauseCommand: DeferredAction {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stop after the chunk that is under way. Reports stay right however long it rests."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: DeferredName

    var done: String { "paused" }
    var nothing: String { "there is no deferred migration to pause" }

    func act(on migrations: DeferredMigrations) async throws -> [String] {
        try await migrations.pause(which.name)
    }
}
