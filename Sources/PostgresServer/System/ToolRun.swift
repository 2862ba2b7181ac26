internal import Glibc
internal import SystemPackage

/// One run of a command-line tool to its end: what it said and how it ended. Blocks.
struct ToolRun: Sendable {
    let status: ExitStatus
    let output: String
    let errors: String

    /// - Parameters:
    ///   - input: file that becomes the tool's standard input; `/dev/null` when nil.
    ///   - environment: whole environment of the tool. `C` locale is added, so that texts can be read by programs.
    static func run(
        _ executable: FilePath,
        _ arguments: [String],
        input: FilePath? = nil,
        environment: [String: String] = CleanEnvironment.variables()
    ) throws -> ToolRun {
        let source = try FileDescriptor.open(input ?? "/dev/null", .readOnly, options: .closeOnExec)
        defer { source.closeQuietly() }
        let output = try FileDescriptor.pipe(options: .closeOnExec)
        let errors = try FileDescriptor.pipe(options: .closeOnExec)
        defer {
            output.readEnd.closeQuietly()
            errors.readEnd.closeQuietly()
        }
        let child: ChildProcess
        do {
            defer {
                output.writeEnd.closeQuietly()
                errors.writeEnd.closeQuietly()
            }
            child = try ChildProcess.spawn(
                executable,
                arguments: arguments,
                environment: environment.merging(["LC_ALL": "C"]) { $1 },
                input: source,
                output: output.writeEnd,
                errors: errors.writeEnd,
                ownSession: false
            )
        }
        let texts = drain([output.readEnd, errors.readEnd])
        return ToolRun(status: child.wait(), output: texts[0], errors: texts[1])
    }

    /// Reads several pipes to their ends at once, so that none fills up while another is read.
    private static func drain(_ pipes: [FileDescriptor]) -> [String] {
        var contents = pipes.map { _ in [UInt8]() }
        var polled = pipes.map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
        var chunk = [UInt8](repeating: 0, count: 65536)
        while polled.contains(where: { $0.fd >= 0 }) {
            guard poll(&polled, nfds_t(polled.count), -1) >= 0 || errno == EINTR else { break }
            for index in polled.indices where polled[index].fd >= 0 && polled[index].revents != 0 {
                let count = read(polled[index].fd, &chunk, chunk.count)
                if count > 0 {
                    contents[index].append(contentsOf: chunk[..<count])
                } else if count == 0 || errno != EINTR {
                    polled[index].fd = -1
                }
            }
        }
        return contents.map { String(decoding: $0, as: UTF8.self) }
    }
}
