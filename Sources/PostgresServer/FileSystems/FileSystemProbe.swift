internal import CLinux
internal import Glibc
package import SystemPackage

/// What a path lies on.
package struct FileSystemFacts: Sendable, Equatable {
    package let magic: UInt32
    package let mountPoint: FilePath
    /// As in the mount table: `ext4`, `nfs4`, `fuse.sshfs`; empty when the table does not tell.
    package let type: String
    package let options: Set<String>

    package init(magic: UInt32, mountPoint: FilePath, type: String, options: Set<String> = ["rw"]) {
        self.magic = magic
        self.mountPoint = mountPoint
        self.type = type
        self.options = options
    }
}

/// Tells what a path lies on. Tests give their own.
package protocol FileSystemProbe: Sendable {
    /// - Parameter path: need not exist; its nearest existing ancestor counts, symbolic links followed.
    func facts(of path: FilePath) throws -> FileSystemFacts
}

/// Asks the kernel.
package struct KernelFileSystemProbe: FileSystemProbe {
    package init() {}

    package func facts(of path: FilePath) throws -> FileSystemFacts {
        let existing = try Self.nearestExisting(path)
        var magic = try Self.type(of: existing)
        if magic == Self.autofs {
            // Listing the folder is what makes the automounter mount it; only then does it tell what it is.
            _ = try FileTree.names(in: existing)
            magic = try Self.type(of: existing)
        }
        let table = MountTable(text: try SmallFile.read("/proc/self/mountinfo", limit: 1 << 24) ?? "")
        let mount = table.mount(holding: existing)
        return FileSystemFacts(
            magic: magic,
            mountPoint: mount?.mountPoint ?? existing,
            type: mount?.type ?? "",
            options: mount?.options ?? []
        )
    }

    private static let autofs: UInt32 = 0x0187

    private static func type(of path: FilePath) throws -> UInt32 {
        var magic: UInt32 = 0
        guard linux_file_system_type(path.string, &magic) == 0 else {
            throw PostgresServerError.system(action: "examine the file system of", path: path, Errno(rawValue: errno))
        }
        return magic
    }

    /// The deepest part of a path that exists, with every link resolved.
    static func nearestExisting(_ path: FilePath) throws -> FilePath {
        var candidate = path
        while true {
            if let resolved = realpath(candidate.string, nil) {
                defer { free(resolved) }
                return FilePath(String(cString: resolved))
            }
            guard errno == ENOENT, candidate.components.count > 0 else {
                throw PostgresServerError.system(action: "reach", path: candidate, Errno(rawValue: errno))
            }
            candidate.removeLastComponent()
        }
    }
}
