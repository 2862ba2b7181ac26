internal import Glibc
internal import SystemPackage

/// One run of a long tool, heard line by line while it works. Blocks. The tool is told to end when the thread that waits
/// for it dies with its process, so that a command that is killed leaves no tool behind (`setpriv --pdeathsig`,
/// util-linux).
struct ToolStream: Sendable {
    let status: ExitStatus
    /// Its last lines, both streams as they came.
    let lines: [String]

    private static let kept = 400

    static func run(
        _ executable: FilePath,
        _ arguments: [String],
        environment: [String: String] = CleanEnvironment.variables(),
        line heard: (String) -> Void = { _ in }
    ) throws -> ToolStream {
        let source = try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec)
        defer { source.closeQuietly() }
        let output = try FileDescriptor.pipe(options: .closeOnExec)
        defer { output.readEnd.closeQuietly() }
        let child: ChildProcess
        do {
            defer { output.writeEnd.closeQuietly() }
            child = try ChildProcess.spawn(
                "/usr/bin/setpriv",
                arguments: ["--pdeathsig", "TERM", "--", executable.string] + arguments,
                environment: environment.merging(["LC_ALL": "C"]) { $1 },
                input: source,
                output: output.writeEnd,
                errors: output.writeEnd,
                ownSession: false
            )
        }
        var lines: [String] = []
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(output.readEnd.rawValue, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            pending.append(contentsOf: chunk[..<count])
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                take(pending[..<end], &lines, heard)
                pending.removeFirst(end + 1)
            }
        }
        if !pending.isEmpty { take(pending[...], &lines, heard) }
        return ToolStream(status: child.wait(), lines: lines)
    }

    private static func take(_ bytes: ArraySlice<UInt8>, _ lines: inout [String], _ heard: (String) -> Void) {
        let line = String(decoding: bytes, as: UTF8.self)
        if lines.count == kept { lines.removeFirst() }
        lines.append(line)
        heard(line)
    }
}
