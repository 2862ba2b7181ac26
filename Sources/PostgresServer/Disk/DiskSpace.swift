internal import Glibc
package import SystemPackage

/// Space of the file system that holds a path, as an account without privileges sees it.
package struct DiskSpace: Sendable, Equatable, Codable {
    package let total: ByteCount
    package let free: ByteCount

    package init(total: ByteCount, free: ByteCount) {
        self.total = total
        self.free = free
    }

    /// - Parameter path: its nearest existing ancestor counts.
    package static func measure(_ path: FilePath) throws -> DiskSpace {
        var facts = statvfs()
        let existing = try KernelFileSystemProbe.nearestExisting(path)
        guard statvfs(existing.string, &facts) == 0 else {
            throw PostgresServerError.system(action: "measure the disk of", path: path, Errno(rawValue: errno))
        }
        let block = Int64(facts.f_frsize)
        return DiskSpace(
            total: ByteCount(Int64(facts.f_blocks) * block),
            free: ByteCount(Int64(facts.f_bavail) * block)
        )
    }
}
