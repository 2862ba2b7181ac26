package import FoundationEssentials

/// What `backup expire` keeps, and why.
package struct ExpiryPlan: Sendable, Equatable {
    /// Full backups that go, oldest first, with all that builds on them and the WAL that nothing needs then.
    package let expired: [String]
    /// Labels of full backups that stay, with the reason.
    package let kept: [(label: String, reason: String)]

    package static func == (left: Self, right: Self) -> Bool {
        left.expired == right.expired && left.kept.elementsEqual(right.kept) { $0 == $1 }
    }

    /// - Parameters:
    ///   - window: restores stay possible to any time since then.
    ///   - atLeast: so many full backups stay, however old.
    package init(_ backups: [BackupSet], window: Date, atLeast: Int) {
        let fulls = backups.filter { $0.type == .full }
        // The newest full backup from before the window is where a restore to its beginning starts.
        let base = fulls.lastIndex { $0.finishedAt <= window } ?? 0
        let proven = backups.filter { $0.provenAt != nil }.max {
            ($0.provenAt ?? .distantPast) < ($1.provenAt ?? .distantPast)
        }
        var expired: [String] = []
        var kept: [(String, String)] = []
        for (index, full) in fulls.enumerated() {
            if index >= base {
                kept.append((full.label, "needed for the recovery window"))
            } else if index >= fulls.count - atLeast {
                kept.append((full.label, "one of the last \(atLeast)"))
            } else if full.label == proven?.fullLabel {
                kept.append((full.label, "the last one that was proven"))
            } else {
                expired.append(full.label)
            }
        }
        self.expired = expired
        self.kept = kept
    }
}

extension Backups {
    /// What `expire` would do now.
    package func expiryPlan(now: Date? = nil) async throws -> ExpiryPlan {
        let window = (now ?? WallClock.now()).addingTimeInterval(-86_400 * Double(settings.keepDays))
        return ExpiryPlan(try await list(), window: window, atLeast: settings.keepAtLeast)
    }

    /// Removes what neither the recovery window nor the minimum needs. The last proven backup stays.
    package func expire(_ plan: ExpiryPlan) async throws {
        let retention = max(1, plan.kept.count)
        try await BlockingWork.run {
            for label in plan.expired {
                progress(.step("removing \(label) and what builds on it"))
                try engine.run(
                    [
                        "expire", "--set=\(label)",
                        "--repo1-retention-archive=\(retention)", "--repo1-retention-archive-type=full",
                    ],
                    to: "remove the backup \(label)"
                )
            }
        }
    }
}
