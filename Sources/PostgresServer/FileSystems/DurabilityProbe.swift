internal import Glibc
internal import SystemPackage

/// Tries, in a folder, what PostgreSQL relies on: exclusive creation, fsync, rename, fsync of a folder, and locks
/// that exclude each other. Leaves nothing behind.
enum DurabilityProbe {
    /// - Throws: `fileSystemUnfit` with the promise that was broken.
    static func run(in directory: FilePath) throws {
        let folder = directory.appending(".probe.\(getpid())")
        guard mkdir(folder.string, 0o700) == 0 else {
            throw PostgresServerError.system(action: "write to", path: directory, Errno(rawValue: errno))
        }
        // What cannot be removed is told by the next start's clean-up of probes.
        defer { _ = try? FileTree.remove(folder) }
        do {
            try probe(folder)
        } catch let error as Errno {
            throw PostgresServerError.fileSystemUnfit(path: directory, promise: "create, sync and rename (\(error))")
        }
    }

    private static func probe(_ folder: FilePath) throws {
        let first = folder.appending("first")
        let options: FileDescriptor.OpenOptions = [.create, .exclusiveCreate, .closeOnExec]
        let file = try FileDescriptor.open(first, .readWrite, options: options, permissions: .ownerReadWrite)
        defer { file.closeQuietly() }
        try file.writeAll([1, 2, 3])
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
        if let second = try? FileDescriptor.open(first, .readWrite, options: options, permissions: .ownerReadWrite) {
            second.closeQuietly()
            throw PostgresServerError.fileSystemUnfit(path: folder, promise: "exclusive creation")
        }
        let renamed = folder.appending("renamed")
        guard rename(first.string, renamed.string) == 0 else { throw Errno(rawValue: errno) }
        try FileTree.synchronise(directory: folder)
        let again = try FileDescriptor.open(renamed, .readOnly, options: .closeOnExec)
        defer { again.closeQuietly() }
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0, flock(again.rawValue, LOCK_EX | LOCK_NB) != 0 else {
            throw PostgresServerError.fileSystemUnfit(path: folder, promise: "locks that exclude each other")
        }
    }
}
