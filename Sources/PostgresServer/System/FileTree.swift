internal import Glibc
internal import SystemPackage

/// Folders and what lies below them. Nothing here follows a symbolic link.
enum FileTree {
    /// Names in a folder, sorted, without `.` and `..`; nil when there is no such folder.
    static func names(in directory: FilePath) throws -> [String]? {
        guard let stream = opendir(directory.string) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw PostgresServerError.system(action: "list", path: directory, Errno(rawValue: errno))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func unlink(_ path: FilePath) throws {
        guard Glibc.unlink(path.string) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Removes a folder with everything below it. What has gone already is no error; what a program that was just ended
    /// still writes there is removed too.
    static func remove(_ path: FilePath) throws {
        let facts: Stat
        do {
            facts = try Stat(path, followTargetSymlink: false)
        } catch {
            guard error == .noSuchFileOrDirectory else { throw error }
            return
        }
        guard facts.type == .directory else {
            guard Glibc.unlink(path.string) == 0 || errno == ENOENT else { throw Errno(rawValue: errno) }
            return
        }
        for attempt in 1...100 {
            for name in try names(in: path) ?? [] {
                try remove(path.appending(name))
            }
            if rmdir(path.string) == 0 || errno == ENOENT { return }
            guard errno == ENOTEMPTY, attempt < 100 else { throw Errno(rawValue: errno) }
            usleep(10_000)
        }
    }

    /// Makes the names in a folder durable.
    static func synchronise(directory: FilePath) throws {
        let descriptor = try FileDescriptor.open(directory, .readOnly, options: [.directory, .closeOnExec])
        defer { descriptor.closeQuietly() }
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Bytes on disk of everything below a path. Files that vanish meanwhile are not counted.
    static func diskUse(of path: FilePath) -> ByteCount {
        // A file or folder that was removed while we looked takes no space.
        guard let facts = try? Stat(path, followTargetSymlink: false) else { return .zero }
        var total = ByteCount(facts.blocksAllocated * 512)
        guard facts.type == .directory, let names = (try? names(in: path)) ?? nil else { return total }
        for name in names {
            total += diskUse(of: path.appending(name))
        }
        return total
    }
}
