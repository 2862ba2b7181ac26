internal import FoundationEssentials
internal import SystemPackage

/// What a drill showed.
package struct DrillOutcome: Sendable, Equatable {
    package let backup: BackupSet
    package let took: Duration
    /// How many figures were compared; 0 for a backup that has none.
    package let figures: Int
}

extension Backups {
    /// Restores a backup into a scratch cluster, recovers it, checks every page and index, compares what it holds with what
    /// was recorded, and clears away. The database itself is not touched.
    ///
    /// - Parameter label: nil for the newest.
    /// - Throws: `damaged`, `notAsRecorded`, `recoveryFailed`.
    package func prove(_ label: String? = nil) async throws -> DrillOutcome {
        try await recording("prove") {
            let clock = ContinuousClock()
            let begin = clock.now
            let base = try await BlockingWork.run { try backup(label) }
            try await clear(layout.drill)
            do {
                try await drill(base)
            } catch {
                // What is left is cleared away by the next drill.
                try? await clear(layout.drill)
                throw error
            }
            try await clear(layout.drill)
            let took = begin.duration(to: clock.now)
            let now = WallClock.now()
            let proven = try await BlockingWork.run { () -> BackupSet in
                try engine.run(
                    [
                        "annotate", "--set=\(base.label)",
                        "--annotation=\(BackupAnnotation.provenAt)=\(Int(now.timeIntervalSince1970))",
                        "--annotation=\(BackupAnnotation.provenSeconds)=\(Int(took.inSeconds.rounded(.up)))",
                    ],
                    to: "note that the backup was proven"
                )
                return try backup(base.label)
            }
            try note { $0.note("prove", .init(label: base.label, at: now, seconds: took.inSeconds)) }
            return DrillOutcome(backup: proven, took: took, figures: base.figures?.count ?? 0)
        }
    }

    private func drill(_ base: BackupSet) async throws {
        let scratch = try await recover(.backup(label: base.label), from: base, in: layout.drill)
        try await check(scratch)
        guard let recorded = base.figures else { return }
        let differences = try await compare(scratch, with: recorded)
        guard differences.isEmpty else {
            throw BackupError.notAsRecorded(what: "backup \(base.label)", differences: differences)
        }
    }
}
