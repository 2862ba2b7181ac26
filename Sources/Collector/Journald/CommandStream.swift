import Subprocess
import SystemPackage

/// Runs a command and hands its output over piece by piece. The command ends with the task that runs it.
enum CommandStream {
    /// Bytes of error output that are kept for the message.
    private static let errorLimit = 16 << 10

    /// - Parameter take: gets each piece in turn; while it works, the command waits once its pipe is full.
    /// - Throws: `CollectorError.command` when the command cannot be started or ends with an error; what `take` throws.
    static func run(
        _ program: FilePath,
        _ arguments: [String],
        take: ([UInt8]) async throws -> Void
    ) async throws {
        let name = program.lastComponent?.string ?? program.string
        let result: ExecutionResult<Void, SequenceOutput, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .path(program),
                arguments: Arguments(arguments),
                input: .none,
                output: .sequence,
                error: .string(limit: errorLimit)
            ) { execution in
                for try await buffer in execution.standardOutput {
                    try await take(buffer.withUnsafeBytes { Array($0) })
                }
            }
        } catch let error as SubprocessError {
            throw CollectorError.command(name: name, reason: "\(error)")
        }
        guard result.terminationStatus.isSuccess else {
            let message = result.standardError.split(separator: "\n").last.map(String.init) ?? ""
            throw CollectorError.command(name: name, reason: "\(result.terminationStatus) \(message)")
        }
    }
}
