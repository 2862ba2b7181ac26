import Glibc
package import SystemPackage

/// Reads lines from a descriptor that cannot be read twice, and makes them safe before it reads on. Works on its own
/// thread.
package actor StandardInput {
    private let executor = QueueExecutor(label: "mailmill.stdin")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let descriptor: FileDescriptor
    private let spool: ReceptionSpool
    private let buffer = ReadingBuffer(count: 1 << 20)
    private var rest: [UInt8] = []

    package init(_ descriptor: FileDescriptor = .standardInput, spool: ReceptionSpool) {
        self.descriptor = descriptor
        self.spool = spool
    }

    /// Until the input ends, or the task is cancelled: then what was read and is not safe yet is still made so.
    package func run() async throws {
        var backOff = BackOff(limit: .seconds(5))
        while !Task.isCancelled {
            let (lines, isOver) = try read()
            while !lines.isEmpty, case .refused(let problem) = await spool.append(lines) {
                if Task.isCancelled { throw problem }
                // Cancelled: there is one more try.
                try? await spool.time.sleep(backOff.next(random: .random(in: 0..<1)))
            }
            backOff.succeed()
            if isOver { return }
        }
    }

    /// The lines that have come; none where none do for a moment.
    private func read() throws -> (lines: [UInt8], isOver: Bool) {
        var wait = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, 100) > 0 else { return ([], false) }
        let count: Int
        do {
            count = try descriptor.read(into: buffer.bytes)
        } catch let code as Errno {
            throw CollectorError.file(path: "standard input", operation: "read", code: code)
        }
        guard count > 0 else {
            defer { rest = [] }
            return (rest.isEmpty ? [] : rest + [0x0A], true)
        }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])
        guard let feed = bytes.lastIndex(of: 0x0A) else {
            // Of a line that is too long as much is kept as tells that.
            rest.append(contentsOf: bytes.prefix(max(0, SyslogFraming.longest - rest.count)))
            return ([], false)
        }
        var lines = rest
        lines.append(contentsOf: bytes[...feed])
        rest = Array(bytes[(feed + 1)...])
        return (lines, false)
    }
}
