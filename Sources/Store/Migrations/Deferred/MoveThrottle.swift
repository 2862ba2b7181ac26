internal import Foundation

/// Decides whether the next chunk may go, and says why not. Ingest comes first. A state machine without I/O.
package struct MoveThrottle: Sendable {
    /// What speaks against a chunk.
    package struct Limits: Sendable, Equatable {
        /// Seconds that a collector's transaction may last.
        package var ingest = 1.0
        /// Segments of WAL that may wait to be archived.
        package var archiveBacklog: Int64 = 8
        /// Bytes that a standby may be behind.
        package var replicationLag: Int64 = 64 << 20
        /// Seconds between two checkpoints that were not by time (`checkpoint_warning` of PostgreSQL), beside ingest.
        package var checkpointGap = 30.0

        package init() {}
    }

    private let limits: Limits
    private let window: MoveWindow?
    private var checkpoints: Int64?
    private var checkpointSeenAt: Date?
    private var tooManyUntil: Date?

    package init(limits: Limits = Limits(), window: MoveWindow? = nil) {
        self.limits = limits
        self.window = window
    }

    /// Takes in a reading. Returns why to wait; nil: go on.
    ///
    /// - Parameter extraBytes: disk that the move needs beside what there is.
    package mutating func judge(_ load: MoveLoad, extraBytes: Int64) -> String? {
        noteCheckpoints(load)
        if let window, !window.contains(load.now) { return "window: rows are moved from \(window) only" }
        if let gate = load.gate { return "ingest: is stopped (\(gate))" }
        if let disk = load.disk, disk.free - disk.reserve < extraBytes {
            return
                "disk: \(Self.mebibytes(disk.free)) free, and \(Self.mebibytes(disk.reserve + extraBytes)) are needed"
        }
        if load.oldestIngest > limits.ingest {
            return "ingest: a commit has lasted \(Int((load.oldestIngest * 1000).rounded())) ms"
        }
        if load.isArchivingFailing { return "archive: archiving of WAL fails" }
        if load.archiveBacklog > limits.archiveBacklog {
            return "archive: \(load.archiveBacklog) segments of WAL wait to be archived"
        }
        if load.replicationLag > limits.replicationLag {
            return "replication: a standby is \(Self.mebibytes(load.replicationLag)) behind"
        }
        if load.isVacuumed { return "vacuum: works on the table" }
        if load.isIngesting, let tooManyUntil, load.now < tooManyUntil {
            return "checkpoints: come too often (raise database.max_wal_size to go faster)"
        }
        return nil
    }

    private mutating func noteCheckpoints(_ load: MoveLoad) {
        defer { checkpoints = load.checkpoints }
        guard let checkpoints, load.checkpoints > checkpoints else { return }
        if let checkpointSeenAt, load.now.timeIntervalSince(checkpointSeenAt) < limits.checkpointGap {
            tooManyUntil = load.now.addingTimeInterval(limits.checkpointGap)
        }
        checkpointSeenAt = load.now
    }

    private static func mebibytes(_ bytes: Int64) -> String { "\(bytes >> 20) MiB" }
}
