internal import FoundationEssentials
internal import SystemPackage

/// Runs the launcher and hears what it says. Blocks.
struct Launcher: Sendable {
    let command: LauncherCommand

    struct Result: Sendable {
        let child: ChildProcess
        let warnings: [String]
        /// What was to be made is there already.
        let didNothing: Bool
        /// Set when the launcher went on to become the server.
        let startupLogOffset: Int64?
    }

    /// - Parameter progress: told as it comes, while the launcher works.
    /// - Returns: once the launcher has become the server, or has ended well.
    /// - Throws: what the launcher reported, or `launcherFailed`.
    func run(_ order: LaunchOrder, progress: @escaping (String) -> Void = { _ in }) throws -> Result {
        let input = try orderPipe(order)
        defer { input.closeQuietly() }
        let output = try FileDescriptor.pipe(options: .closeOnExec)
        defer { output.readEnd.closeQuietly() }
        let child: ChildProcess
        do {
            defer { output.writeEnd.closeQuietly() }
            child = try ChildProcess.spawn(
                command.executable,
                name: "mailmill",
                arguments: command.arguments,
                environment: CleanEnvironment.variables(),
                input: input,
                output: output.writeEnd,
                errors: output.writeEnd,
                ownSession: true
            )
        }
        var reader = LaunchReportReader(progress: progress)
        try reader.readToEnd(of: output.readEnd)
        return try conclude(reader, child)
    }

    /// A pipe that holds the whole order. It is written while we hold the other end ourselves, so that a launcher that
    /// dies early cannot end us by SIGPIPE.
    private func orderPipe(_ order: LaunchOrder) throws -> FileDescriptor {
        let content = Array(try JSONEncoder().encode(order))
        // The capacity of a pipe (pipe(7)): what fits never blocks.
        guard content.count <= 65536 else {
            throw PostgresServerError.launcherFailed(status: .exited(1), output: "the settings are too long")
        }
        let pipe = try FileDescriptor.pipe(options: .closeOnExec)
        defer { pipe.writeEnd.closeQuietly() }
        do {
            try pipe.writeEnd.writeAll(content)
        } catch {
            pipe.readEnd.closeQuietly()
            throw error
        }
        return pipe.readEnd
    }

    private func conclude(_ reader: LaunchReportReader, _ child: ChildProcess) throws -> Result {
        var warnings: [String] = []
        var offset: Int64?
        for report in reader.reports {
            switch report {
            case .progress, .nothingToDo, .done: break
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
        return Result(
            child: child,
            warnings: warnings,
            didNothing: reader.reports.contains(.nothingToDo),
            startupLogOffset: offset
        )
    }
}
