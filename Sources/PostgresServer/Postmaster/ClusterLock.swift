internal import Glibc
internal import SystemPackage

/// The lock that makes a server the only one of its directory: flock(2) on the data directory itself.
///
/// PostgreSQL's own interlock (PID file and shared memory) fails across PID and IPC namespaces, and a lock file beside
/// the directory is bypassed by a bind mount. A lock on the directory holds against both, as it is the inode's. The
/// launcher takes it and executes postgres with the descriptor open, so that it lasts until the postmaster and all its
/// children have ended. Programs that postgres runs (`archive_command`, `restore_command`) inherit it and must close it:
/// `9>&-` in the shell. It says nothing on network file systems whose servers do not share locks; those are refused.
enum ClusterLock {
    /// Number of the descriptor in postgres, one digit so that every shell can close it.
    static let descriptorNumber: Int32 = 9

    enum Attempt: Sendable {
        /// The descriptor closes when another program is executed, until `keepOpen`.
        case taken(FileDescriptor)
        case held
    }

    static func attempt(_ directory: FilePath) throws -> Attempt {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(directory, .readOnly, options: [.directory, .closeOnExec])
        } catch let error as Errno {
            throw PostgresServerError.system(action: "open", path: directory, error)
        }
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 else { return .taken(descriptor) }
        let error = Errno(rawValue: errno)
        descriptor.closeQuietly()
        guard error == .wouldBlock else {
            throw PostgresServerError.system(action: "lock", path: directory, error)
        }
        return .held
    }

    /// Whether somebody holds it, seen or not. For a moment it is taken here, which a server that starts at that
    /// moment takes for another: only for messages.
    static func isHeld(_ directory: FilePath) throws -> Bool {
        guard case .taken(let lock) = try attempt(directory) else { return true }
        lock.closeQuietly()
        return false
    }

    /// Gives the lock its number, open in programs executed from here on.
    static func keepOpen(_ descriptor: FileDescriptor) throws {
        guard descriptor.rawValue != descriptorNumber else {
            guard fcntl(descriptorNumber, F_SETFD, 0) == 0 else { throw Errno(rawValue: errno) }
            return
        }
        guard dup2(descriptor.rawValue, descriptorNumber) >= 0 else { throw Errno(rawValue: errno) }
        descriptor.closeQuietly()
    }

    /// Lets programs executed from here on hold it as well, under the number that it has.
    static func share(_ descriptor: FileDescriptor) throws {
        guard fcntl(descriptor.rawValue, F_SETFD, 0) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Who holds the lock, without trying to take it: a try would get in the way of a server that starts now.
    /// Processes of other users, and of other PID namespaces, may be invisible.
    static func holder(of directory: FilePath, in table: ProcessTable = ProcessTable()) throws -> LockHolder {
        guard let identity = FileIdentity(of: directory) else { return .nobodySeen }
        let locks = try SmallFile.read(table.root.appending("locks"), limit: 1 << 24) ?? ""
        let takers = parse(locks: locks, inode: identity.inode)
        guard !takers.isEmpty else { return .nobodySeen }
        for taker in takers {
            // The number may have gone to another process since, and the inode may be another disk's.
            guard let facts = table.facts(of: taker), !facts.isZombie else { continue }
            if table.holdsLock(on: identity, pid: taker) ?? true { return .taker(facts) }
        }
        let inheritors = table.pids.filter { table.holdsLock(on: identity, pid: $0) ?? false }
        return inheritors.isEmpty ? .nobodySeen : .inheritors(inheritors.compactMap(table.facts(of:)))
    }

    /// Who took locks, in /proc/locks: `1: FLOCK  ADVISORY  WRITE 1234 fe:00:131 0 EOF`. The device there is the
    /// superblock's, which on btrfs is not what stat(2) tells, so only the inode is compared.
    static func parse(locks text: String, inode: UInt64) -> [Int32] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "FLOCK", let pid = Int32(fields[4]),
                fields[5].split(separator: ":").last.flatMap({ UInt64($0) }) == inode
            else { return nil }
            return pid
        }
    }
}

/// Who holds a cluster's lock.
enum LockHolder: Sendable, Equatable {
    /// Nobody that we can see: it is free, or held in another container.
    case nobodySeen
    /// The process that took it lives: a launcher, or the postmaster that it became.
    case taker(ProcessFacts)
    /// The one that took it has died; these inherited the descriptor.
    case inheritors([ProcessFacts])
}
