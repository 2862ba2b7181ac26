internal import FoundationEssentials
internal import SystemPackage

/// Runs the launcher and hears what it says. Blocks.
struct Launcher: Sendable {
    let command: LauncherCommand

    struct Result: Sendable {
        let child: ChildProcess
        let warnings: [String]
        /// Set when the launcher went on to become the server.
        let startupLogOffset: Int64?
    }

    /// - Parameter progress: told as it comes, while the launcher works.
    /// - Returns: once the launcher has become the server, or has ended well.
    /// - Throws: what the launcher reported, or `launcherFailed`.
    func run(_ order: LaunchOrder, progress: @escaping (String) -> Void = { _ in }) throws -> Result {
        let input = try FileDescriptor.pipe(options: .closeOnExec)
        let output = try FileDescriptor.pipe(options: .closeOnExec)
        defer { output.readEnd.closeQuietly() }
        let child: ChildProcess
        do {
            defer {
                input.readEnd.closeQuietly()
                output.writeEnd.closeQuietly()
            }
            child = try ChildProcess.spawn(
                command.executable,
                arguments: command.arguments,
                environment: CleanEnvironment.variables(),
                input: input.readEnd,
                output: output.writeEnd,
                errors: output.writeEnd,
                ownSession: true
            )
        } catch {
            input.writeEnd.closeQuietly()
            throw error
        }
        do {
            defer { input.writeEnd.closeQuietly() }
            // A launcher that has died already reads nothing; why, its output and status tell.
            _ = try? input.writeEnd.writeAll(Array(JSONEncoder().encode(order)))
        }
        var reader = LaunchReportReader(progress: progress)
        try reader.readToEnd(of: output.readEnd)
        return try conclude(reader, child)
    }

    private func conclude(_ reader: LaunchReportReader, _ child: ChildProcess) throws -> Result {
        var warnings: [String] = []
        var offset: Int64?
        for report in reader.reports {
            switch report {
            case .progress, .done: break
            case .warning(let text): warnings.append(text)
            case .launching(let startupLogOffset): offset = startupLogOffset
            case .failed(let error):
                _ = child.wait()
                throw error
            }
        }
        if offset == nil {
            let status = child.wait()
            guard status.succeeded, reader.reports.last == .done else {
                throw PostgresServerError.launcherFailed(status: status, output: reader.rest.joined(separator: "\n"))
            }
        }
        return Result(child: child, warnings: warnings, startupLogOffset: offset)
    }
}
