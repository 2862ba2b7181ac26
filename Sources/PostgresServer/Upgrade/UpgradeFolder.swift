internal import CLinux
internal import Glibc
internal import SystemPackage

/// Where a major upgrade works: beside the cluster, on its disk, so that old and new can change places in one step.
///
///     cluster.upgrade
///     ├── journal.json    where it stands: `UpgradeJournal`
///     ├── log             everything that was done and said
///     ├── other           before the switch the new cluster, after it the old one
///     ├── rehearsal/      two scratch clusters without rows
///     ├── work/           roles and structure, as dumped
///     └── s/              sockets of servers that only the upgrade reaches
struct UpgradeFolder: Sendable, Equatable {
    let path: FilePath
    /// The cluster itself, where its path is a link to another disk.
    let cluster: FilePath

    init(_ layout: ClusterLayout) {
        let named = layout.cluster.path
        let real = realpath(named.string, nil)
        defer { free(real) }
        cluster = real.map { FilePath(String(cString: $0)) } ?? named
        path = cluster.removingLastComponent().appending("\(cluster.lastComponent?.string ?? "cluster").upgrade")
    }

    var journal: FilePath { path.appending("journal.json") }
    var log: FilePath { path.appending("log") }
    var other: FilePath { path.appending("other") }
    var rehearsal: FilePath { path.appending("rehearsal") }
    var work: FilePath { path.appending("work") }
    var sockets: FilePath { path.appending("s") }

    var exists: Bool {
        // Whatever cannot be examined is not there for us.
        (try? Stat(path, followTargetSymlink: false).type) == .directory
    }

    /// The major of a data directory; nil when there is none.
    static func major(of directory: FilePath) throws -> Int? { try ClusterFolder(path: directory).major() }

    /// Lets the cluster and `other` change places: afterwards either both have, or neither, whatever happens.
    func exchange() throws {
        // RENAME_EXCHANGE, renameat2(2); ext4, XFS, btrfs and ZFS have it.
        guard linux_exchange(cluster.string, other.string) == 0 else {
            throw PostgresServerError.system(action: "exchange with \(other)", path: cluster, Errno(rawValue: errno))
        }
        try FileTree.synchronise(directory: path)
        try FileTree.synchronise(directory: cluster.removingLastComponent())
    }

    /// Removes what is of no use after a step that ended, well or not.
    func removeScraps() throws {
        for scrap in [rehearsal, work, sockets] { try FileTree.remove(scrap) }
    }

    /// Whether files here can share their blocks (`FICLONE`).
    func canClone() -> Bool {
        let place = cluster.removingLastComponent()
        let copy = place.appending(".clone-probe.\(getpid())")
        defer { unlink(copy.string) }
        return linux_clone_file(cluster.appending("PG_VERSION").string, copy.string) == 0
    }
}
