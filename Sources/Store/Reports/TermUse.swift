package import struct Foundation.Date
internal import PostgresClient

/// How many texts of a kind have a number, and how often one was called "other" instead.
package struct TermUse: Sendable, Equatable {
    /// `domain`, `host`, `binding` or `reason`.
    package var kind: String
    package var known: Int64
    /// Texts that can have a number.
    package var limit: Int64
    /// New texts that an hour may bring, beyond what has gathered.
    package var perHour: Int64
    /// New texts that may come at once now.
    package var roomNow: Int64
    /// How often a text was called "other" because the kind was full.
    package var refusedFull: Int64
    /// The same because too many were new.
    package var refusedRate: Int64
    /// The same because it was too long.
    package var refusedLength: Int64
    package var lastRefusedAt: Date?

    /// Reads a row of `reports/terms`.
    init(_ row: Row) throws {
        kind = try row.get("kind")
        known = Int64(try row.get("known", as: Int32.self))
        limit = Int64(try row.get("max_terms", as: Int32.self))
        perHour = Int64(try row.get("per_hour", as: Int32.self))
        roomNow = try row.get("room_now")
        refusedFull = try row.get("refused_full")
        refusedRate = try row.get("refused_rate")
        refusedLength = try row.get("refused_length")
        lastRefusedAt = try row.find("last_refused_at")
    }

    /// All texts that were called "other".
    package var refused: Int64 { refusedFull + refusedRate + refusedLength }

    /// The kind, for people.
    package var title: String { "\(kind)s" }
}
