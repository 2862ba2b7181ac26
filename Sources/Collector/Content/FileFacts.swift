package import SystemPackage

/// What the kernel says of a file at one look.
package struct FileFacts: Sendable, Equatable {
    package var identity: FileIdentity
    /// Bytes.
    package var size: Int64
    /// Microseconds since 1970 UTC.
    package var modifiedAt: Int64
    /// Names that the file has; 0 once it is deleted.
    package var links: Int
}

/// Device and inode: tells files apart while they exist, and only then, as inodes are used again.
package struct FileIdentity: Sendable, Hashable {
    package var device: UInt64
    package var inode: UInt64
}

/// What stands at a path.
package enum PathFacts: Sendable, Equatable {
    case file(FileFacts)
    case missing
    /// A directory, socket, …
    case other(kind: String)
    /// The system does not let us look, or the look failed.
    case unreadable(Errno)
}

extension PathFacts {
    /// Looks at a path, through symbolic links.
    static func look(at path: FilePath) -> PathFacts {
        do {
            return PathFacts(try path.stat())
        } catch let code {
            return code == .noSuchFileOrDirectory || code == .notDirectory ? .missing : .unreadable(code)
        }
    }

    init(_ stat: Stat) {
        switch stat.type {
        case .regular: self = .file(FileFacts(stat))
        case .directory: self = .other(kind: "directory")
        case .fifo: self = .other(kind: "named pipe")
        case .socket: self = .other(kind: "socket")
        default: self = .other(kind: "device")
        }
    }
}

extension FileFacts {
    init(_ stat: Stat) {
        self.init(
            identity: FileIdentity(device: UInt64(stat.deviceID.rawValue), inode: UInt64(stat.inode.rawValue)),
            size: stat.size,
            modifiedAt: WallClock.microseconds(stat.st_mtim),
            links: stat.linkCount
        )
    }
}
