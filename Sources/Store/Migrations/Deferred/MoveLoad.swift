package import struct Foundation.Date
internal import PostgresClient

/// How the server and its machine are doing, for whoever would give them more to do.
package struct MoveLoad: Sendable, Equatable {
    /// Why ingest is stopped; nil: it is not.
    package var gate: String?
    /// Seconds that the oldest open transaction of a collector has lasted.
    package var oldestIngest: Double = 0
    /// Whether collectors wrote within the last two seconds.
    package var isIngesting = false
    /// Segments of WAL that wait to be archived.
    package var archiveBacklog: Int64 = 0
    package var isArchivingFailing = false
    /// Bytes that the furthest standby is behind.
    package var replicationLag: Int64 = 0
    /// Checkpoints since the server's statistics began that were not by time.
    package var checkpoints: Int64 = 0
    /// Whether (auto)vacuum works on the table that rows are moved from.
    package var isVacuumed = false
    /// Bytes free on the database's disk, and what of them must stay free; nil: not known.
    package var disk: DiskRoom?
    package var now: Date

    package init(now: Date) {
        self.now = now
    }

    init(_ row: Row, disk: DiskRoom?, now: Date) throws {
        gate = try row.find("gate")
        oldestIngest = try row.get("oldest_ingest")
        isIngesting = try row.get("is_ingesting")
        archiveBacklog = try row.get("archive_backlog")
        isArchivingFailing = try row.get("is_archiving_failing")
        replicationLag = try row.get("replication_lag")
        checkpoints = try row.get("checkpoints")
        isVacuumed = try row.get("is_vacuumed")
        self.disk = disk
        self.now = now
    }
}

/// Space of the disk that the database lies on.
package struct DiskRoom: Sendable, Equatable {
    /// Bytes.
    package var free: Int64
    /// Bytes that must stay free: below them ingest stops.
    package var reserve: Int64

    package init(free: Int64, reserve: Int64) {
        self.free = free
        self.reserve = reserve
    }
}
