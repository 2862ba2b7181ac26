internal import Glibc
internal import SystemPackage

/// The server's log files in their order of time.
struct LogFiles: Sendable {
    let folder: FilePath

    struct File: Sendable, Equatable {
        let name: String
        let size: Int64
        /// Seconds since 1970 of the last write.
        let modifiedAt: Int64
    }

    /// Files of the collector, oldest first.
    func all() throws -> [File] {
        try (FileTree.names(in: folder) ?? []).compactMap { name in
            // A file that is removed meanwhile is not listed.
            guard LogFileName.stem(of: name) != nil,
                let facts = try? Stat(folder.appending(name), followTargetSymlink: false), facts.type == .regular
            else { return nil }
            return File(name: name, size: facts.size, modifiedAt: Int64(facts.st_mtim.tv_sec))
        }
    }

    /// JSON files, oldest first.
    func json() throws -> [File] { try all().filter { $0.name.hasSuffix(".json") } }
}
