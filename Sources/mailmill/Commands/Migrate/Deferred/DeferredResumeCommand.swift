import ArgumentParser
import Store

struct DeferredResumeCommand: DeferredAction {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on after a pause; begin anew after a rollback."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: DeferredName

    var done: String { "goes on" }
    var nothing: String { "there is no deferred migration to go on with" }

    func act(on migrations: DeferredMigrations) async throws -> [String] {
        try await migrations.resume(which.name)
    }
}
