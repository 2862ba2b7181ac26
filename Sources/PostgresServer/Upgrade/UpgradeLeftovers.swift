internal import Glibc
internal import SystemPackage

/// What an upgrade whose process was killed has left at work: private servers, which would hold its lock for ever, and
/// programs such as pg_restore, which would for hours.
struct UpgradeLeftovers: Sendable {
    /// For how long they may take to end.
    private static let patience: Duration = .seconds(60)

    let folder: UpgradeFolder
    let processes: ProcessTable

    /// Ends them. Does nothing while the upgrade's own process lives. Blocks.
    func end() throws {
        guard folder.exists else { return }
        let clock = ContinuousClock()
        let deadline = clock.now + Self.patience
        while case .inheritors(let left) = try ClusterLock.holder(of: folder.path, in: processes), clock.now < deadline
        {
            let servers = Set(left.filter(\.isPostgres).map(\.pid))
            for facts in left where !facts.isZombie {
                if !facts.isPostgres {
                    kill(facts.pid, SIGTERM)
                } else if !servers.contains(facts.parent) {
                    // A postmaster: it ends its children, and its sessions.
                    kill(facts.pid, SIGINT)
                }
            }
            usleep(100_000)
        }
    }
}
