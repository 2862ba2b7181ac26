internal import Glibc
internal import SystemPackage

/// The log that samples are written to, followed like any other. Rotated by renaming when it is large.
struct SampleFile {
    /// Bytes at which it is rotated.
    private static let limit = 8 << 20

    private let path: FilePath
    private var descriptor: FileDescriptor
    private var size: Int64

    /// Opens the file, makes it and its folder if they are missing.
    init(_ path: FilePath) throws {
        self.path = path
        let folder = path.removingLastComponent().string
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
        descriptor = try Self.open(path)
        size = try descriptor.seek(offset: 0, from: .end)
    }

    var isEmpty: Bool { size == 0 }

    /// Writes whole lines.
    mutating func write(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { return }
        try descriptor.writeAll(bytes)
        size += Int64(bytes.count)
        if size >= Self.limit { try rotate() }
    }

    private mutating func rotate() throws {
        try descriptor.close()
        guard rename(path.string, path.string + ".1") == 0 else { throw Errno(rawValue: errno) }
        descriptor = try Self.open(path)
        size = 0
    }

    private static func open(_ path: FilePath) throws -> FileDescriptor {
        try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .append, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
    }
}
