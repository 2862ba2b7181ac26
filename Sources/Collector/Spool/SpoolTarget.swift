/// A log that is to be spooled, and how far.
struct SpoolTarget: Sendable {
    var key: FileKey
    var name: String
    var source: ContentSource
    /// Its file can still be cut and written anew: what was read is compared again.
    var isLive: Bool
    /// The log's first bytes.
    var head: [UInt8]
    /// Where its spool begins if it has none yet.
    var start: Int64
    /// How far; `Int64.max` for all that is there.
    var upTo: Int64
    /// It has to be safe on the disk, now.
    var isUrgent: Bool
    /// When the log was modified; microseconds since 1970 UTC.
    var modifiedAt: Int64
}

/// How the spool stands.
struct SpoolReport: Sendable, Equatable {
    /// Bytes on the disk.
    var bytes: Int64 = 0
    /// How far each log of the targets is spooled.
    var ends: [FileKey: Int64] = [:]
    /// Logs of which all that could be read is spooled.
    var finished: Set<FileKey> = []
    /// Logs in whose files other bytes were found where their own had been.
    var cut: [FileKey] = []
    var problem: CollectorError?
    /// There is more to do at once.
    var isBehind = false
}

/// A log as the spool holds it when the collector starts.
struct SpooledLog: Sendable {
    var place: ReadingPlace
    var key: FileKey
    var name: String
    /// The first position held.
    var start: Int64
    /// When the log was modified; microseconds since 1970 UTC.
    var modifiedAt: Int64

    /// All that it holds are the log's first bytes.
    var isAllHead: Bool { start == 0 && place.position == Int64(place.head.count) }
}
