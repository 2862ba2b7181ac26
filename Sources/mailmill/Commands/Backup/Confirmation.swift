import ArgumentParser
import Foundation

/// What every command takes that replaces or removes something.
struct Confirmation: ParsableArguments {
    @Flag(help: "Do it without asking.")
    var yes = false
    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    /// Says what will be done, and asks unless told not to.
    ///
    /// - Returns: false for `--dry-run`.
    /// - Throws: `NotConfirmed`.
    func goesOn(_ plan: [String]) throws -> Bool {
        for line in plan { Terminal.note(line) }
        if dryRun { return false }
        if yes { return true }
        guard isatty(0) == 1 else { throw NotConfirmed(reason: "nobody is there to ask") }
        FileHandle.standardError.write(Data("Go on? [y/N] ".utf8))
        guard let answer = readLine()?.lowercased(), ["y", "yes"].contains(answer) else {
            throw NotConfirmed(reason: "the answer was no")
        }
        return true
    }
}

/// Something that replaces or removes data was not agreed to. Nothing was done.
struct NotConfirmed: Error, CustomStringConvertible {
    let reason: String

    var description: String { "nothing was done: \(reason); --yes does it without asking" }
}
