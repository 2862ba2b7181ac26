package import struct Foundation.Date
internal import PostgresClient

/// What one table takes on disk, with all its partitions and indexes.
package struct StoredRelation: Sendable, Equatable {
    package var name: String
    /// What it is kept as; nil: it goes by no setting.
    package var keptAs: RetentionRules.Grain?
    /// nil: for ever.
    package var keptDays: Double?
    /// Partitions that hold rows.
    package var partitions: Int64
    /// About, as of the last vacuum or analyse.
    package var rows: Int64
    package var bytes: Int64
    package var bytesPerDay: Double
    /// The beginning of its oldest partition.
    package var oldest: Date?
    /// When that goes; past: at the next run.
    package var nextDropAt: Date?

    package init(
        name: String,
        keptAs: RetentionRules.Grain? = nil,
        keptDays: Double? = nil,
        partitions: Int64 = 0,
        rows: Int64 = 0,
        bytes: Int64,
        bytesPerDay: Double = 0,
        oldest: Date? = nil,
        nextDropAt: Date? = nil
    ) {
        self.name = name
        self.keptAs = keptAs
        self.keptDays = keptDays
        self.partitions = partitions
        self.rows = rows
        self.bytes = bytes
        self.bytesPerDay = bytesPerDay
        self.oldest = oldest
        self.nextDropAt = nextDropAt
    }

    init(_ row: Row) throws {
        self.init(
            name: try row.get("relation"),
            keptAs: try row.find("kept_as", as: String.self).flatMap(RetentionRules.Grain.init),
            keptDays: try row.find("kept_days"),
            partitions: try row.get("partitions"),
            rows: try row.get("live_rows"),
            bytes: try row.get("bytes"),
            bytesPerDay: try row.get("bytes_per_day"),
            oldest: try row.find("oldest"),
            nextDropAt: try row.find("next_drop_at")
        )
    }

    /// Bytes that it will take when as much goes as comes, at today's growth.
    package var steadyBytes: Double { keptDays.map { $0 * bytesPerDay } ?? Double(bytes) }

    /// Bytes that it will take in so many days, at today's growth.
    package func bytes(after days: Double) -> Double {
        guard bytesPerDay > 0 else { return Double(bytes) }
        let grown = Double(bytes) + bytesPerDay * days
        return keptDays == nil ? grown : min(grown, max(steadyBytes, Double(bytes)))
    }
}
