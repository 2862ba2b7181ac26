internal import Glibc
internal import SystemPackage

/// A file that only takes space, so that there is some to give back when the disk is full: PostgreSQL panics when it
/// cannot write its WAL, and cannot recover without room. Released by `start` when free space is below what recovery
/// needs, made again when there is plenty.
struct Ballast: Sendable {
    let path: FilePath

    static func size(disk: DiskSpace, setting: ByteCount?) -> ByteCount {
        setting ?? (disk.total / 100).clamped(to: .mebibytes(64) ... .gibibytes(1))
    }

    /// Bytes held now.
    var held: ByteCount {
        // No file, or one that cannot be looked at, holds nothing to give back.
        ByteCount((try? Stat(path, followTargetSymlink: false).blocksAllocated * 512) ?? 0)
    }

    /// Makes the file when it is missing and enough stays free beside it. Returns whether it stands.
    @discardableResult
    func establish(_ size: ByteCount, keepingFree reserve: ByteCount) throws -> Bool {
        guard size > .zero else {
            try release()
            return false
        }
        guard held < size else { return true }
        guard try DiskSpace.measure(path).free - size > reserve else { return false }
        let options: FileDescriptor.OpenOptions = [.create, .closeOnExec, .noFollow]
        let file = try FileDescriptor.open(path, .writeOnly, options: options, permissions: .ownerReadWrite)
        defer { file.closeQuietly() }
        let result = posix_fallocate(file.rawValue, 0, off_t(size.bytes))
        guard result == 0 else {
            try release()
            throw PostgresServerError.system(action: "reserve \(size) in", path: path, Errno(rawValue: result))
        }
        return true
    }

    /// Gives the space back. Returns how much it was.
    @discardableResult
    func release() throws -> ByteCount {
        let bytes = held
        do {
            try FileTree.unlink(path)
        } catch Errno.noSuchFileOrDirectory {
            return .zero
        } catch let error as Errno {
            throw PostgresServerError.system(action: "remove", path: path, error)
        }
        return bytes
    }
}
