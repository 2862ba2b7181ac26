internal import CLinux
internal import FoundationEssentials
internal import Glibc
internal import SystemPackage

/// Puts another data directory in the cluster's place in one step, and keeps the one that was there. At no moment is there
/// no cluster: `serve` would make an empty one.
struct ClusterSwap: Sendable {
    static let keptMark = "cluster.before-"

    let layout: ClusterLayout

    /// - Parameters:
    ///   - cluster: on the same file system; of a server that does not run.
    ///   - reason: part of the kept folder's name: `restore`.
    /// - Returns: where the old cluster is kept; nil when there was none.
    func put(_ cluster: ClusterFolder, reason: String) throws -> FilePath? {
        let place = layout.cluster.path
        guard try layout.cluster.major() != nil else {
            // An empty folder may have been made for it.
            guard rename(cluster.path.string, place.string) == 0 else {
                throw PostgresServerError.system(action: "name", path: place, Errno(rawValue: errno))
            }
            try FileTree.synchronise(directory: layout.root)
            return nil
        }
        // Nobody may start a server of either while they change places.
        guard case .taken(let lock) = try ClusterLock.attempt(place) else {
            throw PostgresServerError.locked(cluster: place, holders: [])
        }
        defer { lock.closeQuietly() }
        guard case .taken(let otherLock) = try ClusterLock.attempt(cluster.path) else {
            throw PostgresServerError.locked(cluster: cluster.path, holders: [])
        }
        defer { otherLock.closeQuietly() }
        let name = Self.keptName(reason, at: WallClock.now())
        var kept = layout.root.appending(name)
        // Two in one second.
        var number = 2
        while (try? Stat(kept, followTargetSymlink: false)) != nil {
            kept = layout.root.appending("\(name)-\(number)")
            number += 1
        }
        guard rename(cluster.path.string, kept.string) == 0 else {
            throw PostgresServerError.system(action: "name", path: kept, Errno(rawValue: errno))
        }
        guard linux_exchange(place.string, kept.string) == 0 else {
            throw PostgresServerError.system(action: "exchange", path: place, Errno(rawValue: errno))
        }
        try FileTree.synchronise(directory: layout.root)
        return kept
    }

    /// `cluster.before-restore-20261128-112951`
    static func keptName(_ reason: String, at time: Date) -> String {
        let digits = time.iso8601.filter { $0.isNumber }
        return "\(keptMark)\(reason)-\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))"
    }
}
