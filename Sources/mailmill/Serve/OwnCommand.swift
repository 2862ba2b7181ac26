import Foundation
import PostgresServer

/// Another command of this program, as a process of its own with the same settings.
struct OwnCommand: Sendable {
    /// `--config` and `--set`, as this process was given them.
    let options: [String]

    /// Runs it to its end; it is ended when this task is cancelled.
    /// - Returns: its last line.
    /// - Throws: `Failed`, with what it said.
    func run(_ arguments: [String]) async throws -> String {
        let words = arguments.prefix { !$0.hasPrefix("-") }
        let process = RunningCommand(Array(words) + options + arguments.dropFirst(words.count))
        let (status, said) = try await withTaskCancellationHandler {
            try await process.finish()
        } onCancel: {
            process.end()
        }
        try Task.checkCancellation()
        guard status == 0 else { throw Failed(text: said) }
        return said.split(separator: "\n").last.map(String.init) ?? ""
    }

    /// It ended with an error.
    struct Failed: Error, CustomStringConvertible {
        let text: String

        var description: String {
            text.split(separator: "\n").suffix(6).joined(separator: "; ")
        }
    }
}

/// `@unchecked Sendable`: Foundation's `Process` may be signalled from any thread; it is started once, by `finish`.
private final class RunningCommand: @unchecked Sendable {
    private let process = Process()
    private let output = Pipe()

    init(_ arguments: [String]) {
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
    }

    func end() {
        if process.isRunning { process.terminate() }
    }

    /// Its exit status, and all that it said.
    func finish() async throws -> (Int32, String) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [self] in
                do {
                    try process.run()
                    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                    process.waitUntilExit()
                    continuation.resume(returning: (process.terminationStatus, said))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
