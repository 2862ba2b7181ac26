import ArgumentParser
import Store

struct DeferredSpeedCommand: DeferredAction {
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

    var done: String { Int32(speed).map { "at most \($0) rows a second" } ?? "as fast as nothing else suffers" }
    var nothing: String { "there is no deferred migration that moves" }

    func act(on migrations: DeferredMigrations) async throws -> [String] {
        try await migrations.limit(which.name, rowsPerSecond: Int32(speed))
    }
}
