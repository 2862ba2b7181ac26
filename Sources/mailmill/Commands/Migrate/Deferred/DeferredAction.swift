import ArgumentParser
import PostgresServer
import Store

/// A command that tells a deferred migration, or all of them, what to do.
protocol DeferredAction: AsyncParsableCommand {
    var global: GlobalOptions { get }
    var which: DeferredName { get }
    /// What to say of each that it applies to.
    var done: String { get }
    /// What to say where it applies to none.
    var nothing: String { get }
    /// Does it. Returns the names of those that it applied to.
    func act(on migrations: DeferredMigrations) async throws -> [String]
}

extension DeferredAction {
    func run() async throws {
        let names = try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            try await act(on: DeferredMigrations(pool))
        }
        try which.tell(names, done, orElse: nothing)
    }
}
