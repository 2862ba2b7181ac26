import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

/// A verb run in a process of its own: to be killed, or to run elsewhere.
struct ServerProcess: Sendable {
    let child: ChildProcess
    let output: FilePath

    /// - Parameter wrapper: a program and arguments that run the verb, such as `unshare --pid --fork`.
    init(_ verb: String, _ scratch: Scratch, settings: ServerSettings? = nil, wrapper: [String] = []) throws {
        let id = UUID().uuidString
        let file = scratch.folder.appending("settings-\(id).json")
        try JSONEncoder().encode(settings ?? scratch.settings()).write(to: URL(fileURLWithPath: file.string))
        chmod(file.string, 0o644)
        output = scratch.folder.appending("output-\(id)")
        let words = wrapper + [try Scratch.program().string, "verb", verb, file.string]
        let log = try FileDescriptor.open(
            output,
            .writeOnly,
            options: [.create, .closeOnExec],
            permissions: [.ownerReadWrite, .otherRead]
        )
        defer { log.closeQuietly() }
        let nothing = try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec)
        defer { nothing.closeQuietly() }
        child = try ChildProcess.spawn(
            FilePath(words[0]),
            arguments: Array(words.dropFirst()),
            environment: CleanEnvironment.variables(),
            input: nothing,
            output: log,
            errors: log,
            ownSession: true
        )
    }

    func ended() async throws -> (status: PostgresServer.ExitStatus, output: String) {
        let status = try await BlockingWork.run { child.wait() }
        return (status, try output.text())
    }

    /// Kills the process and every process that it started, as a power cut would.
    func killSession() async throws {
        let family = ProcessTable().pids.filter { $0 == child.pid || descends($0) }
        for pid in family { kill(pid, SIGKILL) }
        _ = try await ended()
        try await eventually("the family is dead") {
            family.allSatisfy { ProcessTable().facts(of: $0)?.isZombie ?? true }
        }
    }

    private func descends(_ pid: Int32) -> Bool {
        var current = pid
        while current > 1 {
            guard let facts = ProcessTable().facts(of: current) else { return false }
            if facts.parent == child.pid { return true }
            current = facts.parent
        }
        return false
    }
}
