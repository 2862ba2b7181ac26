import Foundation

/// For how long after an upgrade a rollback loses nothing: as long as collectors keep what they read.
struct RollbackWindow {
    /// `collector.spool_keep`.
    let keep: Duration

    /// - Throws: `RollbackTooLate` when logs of the time since may be gone.
    func check(_ switched: Date, now: Date = Date()) throws {
        let age = now.timeIntervalSince(switched)
        guard age > Double(keep.components.seconds) else { return }
        throw RollbackTooLate(hours: Int(age / 3600), keep: Int(keep.components.seconds / 3600))
    }
}

/// What was reported since the upgrade may not be in the logs any more.
struct RollbackTooLate: Error, CustomStringConvertible {
    let hours: Int
    let keep: Int

    var description: String {
        """
        the upgrade was \(hours) hours ago, and collectors keep what they read for \(keep) hours (collector.spool_keep): \
        events since then come back only as far as the log files themselves are still there; --accept-loss goes back anyway
        """
    }
}
