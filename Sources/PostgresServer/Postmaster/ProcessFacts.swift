package import SystemPackage

/// A file's identity: where it is, whatever it is called.
package struct FileIdentity: Sendable, Hashable, Codable {
    package let device: UInt64
    package let inode: UInt64

    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }

    /// Identity of what a path leads to; nil when it leads nowhere that we may see.
    init?(of path: FilePath) {
        // Nil is the answer: whoever asks treats "not there" and "not ours to see" alike.
        guard let facts = try? Stat(path) else { return nil }
        self.init(facts)
    }

    init(_ facts: Stat) {
        self.init(device: UInt64(facts.deviceID.rawValue), inode: UInt64(facts.inode.rawValue))
    }
}

/// What /proc tells of one process. What we may not see is nil.
package struct ProcessFacts: Sendable, Equatable {
    package let pid: Int32
    package let parent: Int32
    package let isZombie: Bool
    /// Kernel's short name, 15 bytes.
    package let name: String
    /// Seconds since 1970, by the wall clock of now: a clock that was set since the start shifts it.
    package let startedAt: Int64
    package let executable: FilePath?
    package let workingDirectory: FileIdentity?

    package init(
        pid: Int32,
        parent: Int32,
        isZombie: Bool,
        name: String,
        startedAt: Int64,
        executable: FilePath?,
        workingDirectory: FileIdentity?
    ) {
        self.pid = pid
        self.parent = parent
        self.isZombie = isZombie
        self.name = name
        self.startedAt = startedAt
        self.executable = executable
        self.workingDirectory = workingDirectory
    }

    /// A `postgres` program, also one whose file was replaced by an upgrade meanwhile.
    var isPostgres: Bool {
        guard let executable else { return name == "postgres" }
        let last = executable.lastComponent?.string ?? ""
        return last == "postgres" || last == "postgres (deleted)"
    }
}
