import Glibc
import SystemPackage

/// A segment that is being written. Only ever appended to, and cut back to its last whole frame when a write fails.
final class SpoolFile {
    let path: FilePath
    /// Bytes of whole frames, the head included.
    private(set) var length: Int64
    private let descriptor: FileDescriptor

    /// Makes a new file; it must not exist.
    init(creating path: FilePath) throws {
        self.path = path
        self.length = 0
        self.descriptor = try SpoolFile.perform("create", path) {
            try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead]
            )
        }
    }

    /// Goes on with a file, of which only the first `length` bytes are whole.
    init(continuing path: FilePath, length: Int64) throws {
        self.path = path
        self.length = length
        let descriptor = try SpoolFile.perform("open", path) {
            try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec])
        }
        self.descriptor = descriptor
        do {
            try SpoolFile.perform("cut", path) { try descriptor.resize(to: length) }
        } catch {
            // The first error is the one to tell; nothing was written.
            try? descriptor.close()
            throw error
        }
    }

    deinit {
        // What has to be safe was synced before, with its errors told.
        try? descriptor.close()
    }

    func append(_ bytes: [UInt8]) throws {
        do {
            let written = try descriptor.writeAll(toAbsoluteOffset: length, bytes)
            length += Int64(written)
        } catch let code as Errno {
            // Should this fail as well, the torn frame is told by its checksum.
            try? descriptor.resize(to: length)
            throw CollectorError.file(path: path.string, operation: "write", code: code)
        }
    }

    /// Takes back what was appended behind the first `length` bytes.
    func cut(to length: Int64) throws {
        try SpoolFile.perform("cut", path) { try descriptor.resize(to: length) }
        self.length = length
    }

    /// Whether it was deleted under our hands.
    var isGone: Bool {
        // What cannot be looked at tells itself at the next write.
        (try? descriptor.stat().linkCount == 0) ?? false
    }

    func sync() throws {
        guard fdatasync(descriptor.rawValue) == 0 else {
            throw CollectorError.file(path: path.string, operation: "sync", code: Errno(rawValue: errno))
        }
    }

    /// Makes a creation, rename or removal in a folder last.
    static func syncFolder(_ path: FilePath) throws {
        try perform("sync", path) {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
            defer {
                // Opened for reading only: closing loses nothing.
                try? descriptor.close()
            }
            guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }

    /// Makes a folder and those above it; well if they are there.
    static func makeFolder(_ path: FilePath) throws {
        guard mkdir(path.string, 0o750) != 0 else { return }
        let code = Errno(rawValue: errno)
        switch code {
        case .fileExists:
            return
        case .noSuchFileOrDirectory where !path.removingLastComponent().isEmpty:
            try makeFolder(path.removingLastComponent())
            guard mkdir(path.string, 0o750) != 0, errno != EEXIST else { return }
            throw CollectorError.file(path: path.string, operation: "make", code: Errno(rawValue: errno))
        default:
            throw CollectorError.file(path: path.string, operation: "make", code: code)
        }
    }

    @discardableResult
    static func perform<Result>(_ operation: String, _ path: FilePath, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let code as Errno {
            throw CollectorError.file(path: path.string, operation: operation, code: code)
        }
    }
}
