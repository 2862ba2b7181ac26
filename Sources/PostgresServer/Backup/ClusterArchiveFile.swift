internal import Glibc
package import SystemPackage

/// The file that `database archive` makes. Frames that zstd skips stand at its beginning and at its end, so that one whose
/// writer was killed is known, and made anew by the same command.
package enum ClusterArchiveFile {
    private static let beginning = frame("mailmill archive")
    private static let end = frame("mailmill archive: whole")

    /// Makes the file, or takes one that was never finished. What it writes comes next.
    ///
    /// - Throws: `occupied` by anything else.
    package static func make(_ path: FilePath) throws -> FileDescriptor {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                path,
                .readWrite,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite
            )
        } catch Errno.fileExists {
            descriptor = try FileDescriptor.open(path, .readWrite, options: [.closeOnExec, .noFollow, .nonBlocking])
            guard try isUnfinished(descriptor) else {
                descriptor.closeQuietly()
                throw BackupError.occupied(path: path, advice: "name another file, or remove it")
            }
        }
        guard ftruncate(descriptor.rawValue, 0) == 0 else { throw Errno(rawValue: errno) }
        try descriptor.writeAll(beginning)
        return descriptor
    }

    /// Marks it as whole.
    static func finish(_ descriptor: FileDescriptor) throws {
        try descriptor.writeAll(end)
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Empty, or begun by `make` and not ended by `finish`.
    private static func isUnfinished(_ descriptor: FileDescriptor) throws -> Bool {
        var facts = stat()
        guard fstat(descriptor.rawValue, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return false }
        guard facts.st_size > 0 else { return true }
        guard try read(descriptor, at: 0, beginning.count) == beginning else { return false }
        return try read(descriptor, at: max(0, Int64(facts.st_size) - Int64(end.count)), end.count) != end
    }

    private static func read(_ descriptor: FileDescriptor, at offset: Int64, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let found = try bytes.withUnsafeMutableBytes { try descriptor.read(fromAbsoluteOffset: offset, into: $0) }
        return Array(bytes.prefix(found))
    }

    /// A skippable frame (RFC 8878, section 3.1.2): magic number, length, content.
    private static func frame(_ text: String) -> [UInt8] {
        [0x5E, 0x2A, 0x4D, 0x18, UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8)
    }
}
