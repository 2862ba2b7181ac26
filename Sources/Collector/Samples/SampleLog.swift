import Glibc
import SystemPackage

/// The log that a replay writes: whole lines, rotated by size as logrotate's `create` does.
final class SampleLog {
    private let settings: SampleSettings
    private var descriptor: FileDescriptor?
    private var size: Int64 = 0

    init(_ settings: SampleSettings) {
        self.settings = settings
    }

    deinit {
        // Samples: nothing is lost that matters.
        try? descriptor?.close()
    }

    /// Whether nothing was written yet. Makes the log if it does not exist.
    func isNew() throws -> Bool {
        _ = try descriptor ?? open()
        return size == 0
    }

    func append(_ lines: [UInt8]) throws {
        if size >= settings.size { try rotate() }
        let descriptor = try descriptor ?? open()
        try SpoolFile.perform("write", settings.log) { _ = try descriptor.writeAll(lines) }
        size += Int64(lines.count)
    }

    private func open() throws -> FileDescriptor {
        try SpoolFile.makeFolder(settings.log.removingLastComponent())
        let descriptor = try SpoolFile.perform("open", settings.log) {
            try FileDescriptor.open(
                settings.log,
                .writeOnly,
                options: [.create, .append, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead]
            )
        }
        self.descriptor = descriptor
        size = try SpoolFile.perform("look at", settings.log) { try descriptor.stat().size }
        return descriptor
    }

    private func rotate() throws {
        try descriptor?.close()
        descriptor = nil
        for number in stride(from: settings.kept, through: 1, by: -1) {
            let from = number == 1 ? settings.log.string : "\(settings.log.string).\(number - 1)"
            guard rename(from, "\(settings.log.string).\(number)") != 0, errno != ENOENT else { continue }
            throw CollectorError.file(path: from, operation: "rename", code: Errno(rawValue: errno))
        }
        size = 0
    }
}
