/// Where a major upgrade stands. Each is written to the journal before its work begins, so that whoever finds the
/// journal of an upgrade that was killed knows what may have been done.
package enum UpgradeStep: String, Sendable, Codable, CaseIterable {
    /// The structure, without rows, is upgraded in a scratch cluster. The server works as ever.
    case rehearsing
    /// The new cluster is being made; the old one takes no writes, and is not changed.
    case copying
    /// The two directories change places: one call of the kernel's.
    case switching
    /// The new cluster works; the old one is kept beside it.
    case switched
    /// The two directories change places again.
    case rollingBack
    /// The old cluster works again; the new one is kept beside it.
    case rolledBack
    /// The other cluster was removed: there is no way back, and no need of one.
    case finished
    /// It ended without a switch; everything is as it was.
    case failed

    /// Whether somebody has to be at work on it: when nobody is, it was killed.
    var isUnderWay: Bool {
        switch self {
        case .rehearsing, .copying, .switching, .rollingBack: true
        case .switched, .rolledBack, .finished, .failed: false
        }
    }
}

/// How rows come from the old cluster into the new one. Hard links (`pg_upgrade --link`) are not among them: the old
/// cluster would be gone as soon as the new one starts.
package enum UpgradeMethod: String, Sendable, Codable, CaseIterable {
    /// `pg_upgrade --clone`: files that share their blocks, where the file system can.
    case clone
    /// `pg_upgrade`, which copies files.
    case copy
    /// `pg_dump` into `pg_restore`: works between any two versions.
    case dump
}
