import ArgumentParser
import Store

struct DeferredRollbackCommand: DeferredAction {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Take back to the old layout what was moved. Nothing is lost, and reports stay right."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: DeferredName

    var done: String { "goes back" }
    var nothing: String { "there is no deferred migration that can go back" }

    func act(on migrations: DeferredMigrations) async throws -> [String] {
        try await migrations.rollBack(which.name)
    }
}
