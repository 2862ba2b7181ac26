import Foundation
import SystemPackage

@testable import PostgresServer

/// Where the folders of tests are: in memory where there is plenty of it, since what these tests do is make and remove
/// clusters. The folder of memory passes for ext4; what a test mounts below is told as it is.
struct ScratchMemory: FileSystemProbe {
    private static let memory: FilePath = "/dev/shm"

    static var isUsed: Bool { parent == memory }

    static let parent: FilePath = {
        var facts = statvfs()
        guard statvfs(memory.string, &facts) == 0, access(memory.string, W_OK) == 0,
            UInt64(facts.f_bavail) * UInt64(facts.f_frsize) > 4 << 30,
            facts.f_flag & 8 == 0  // ST_NOEXEC, statvfs(3)
        else { return "/tmp" }
        return memory
    }()

    func facts(of path: FilePath) throws -> FileSystemFacts {
        let facts = try KernelFileSystemProbe().facts(of: path)
        guard facts.mountPoint == Self.memory else { return facts }
        return FileSystemFacts(magic: 0xEF53, mountPoint: facts.mountPoint, type: "ext4", options: facts.options)
    }
}
