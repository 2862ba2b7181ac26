internal import FoundationEssentials
internal import SystemPackage

/// The one log of an upgrade: its own steps, every program that it ran, and what that said.
struct UpgradeLog: Sendable {
    let path: FilePath

    /// Appends lines, each with the time. A log that cannot be written stops nothing: the disk may be full.
    func write(_ text: String) {
        let now = WallClock.now().iso8601
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true).map { "\(now) \($0)\n" }.joined()
        _ = try? FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .append, .closeOnExec, .noFollow],
            permissions: .ownerReadWrite
        ).closeAfter { try $0.writeAll(lines.utf8) }
    }
}

/// Runs programs for an upgrade, and keeps what they say in its log.
struct UpgradeTools: Sendable {
    let log: UpgradeLog

    /// - Parameter what: for the error, as in "failed to …".
    /// - Throws: `upgradeFailed` with the last lines.
    @discardableResult
    func run(_ what: String, _ executable: FilePath, _ arguments: [String], input: FilePath? = nil) throws -> String {
        let name = executable.lastComponent?.string ?? executable.string
        log.write("run: \(name) \(arguments.joined(separator: " "))")
        let run = try ToolRun.run(executable, arguments, input: input)
        log.write(run.errors)
        guard run.status.succeeded else {
            log.write(run.output)
            let lines = (run.output + "\n" + run.errors).split(separator: "\n").map(String.init)
            throw PostgresServerError.upgradeFailed(
                action: what,
                output: ["\(name) ended with \(run.status)"] + lines.suffix(12),
                log: log.path
            )
        }
        return run.output
    }

    /// One program's output into another's input; both must end well.
    func pipe(_ what: String, _ left: (FilePath, [String]), into right: (FilePath, [String])) throws {
        log.write("run: \(left.0) \(left.1.joined(separator: " ")) | \(right.0) \(right.1.joined(separator: " "))")
        let script =
            "set -o pipefail; left=$1; shift; n=$1; shift; a=(\"${@:1:n}\"); shift \"$n\"; \"$left\" \"${a[@]}\" | \"$@\""
        _ = try run(
            what,
            "/bin/bash",
            ["-c", script, "bash", left.0.string, "\(left.1.count)"] + left.1 + [right.0.string] + right.1
        )
    }
}
