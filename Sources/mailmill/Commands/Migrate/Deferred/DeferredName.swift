import ArgumentParser

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
