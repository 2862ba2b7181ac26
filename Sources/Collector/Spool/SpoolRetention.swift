/// Decides which segments go. Pure.
struct SpoolRetention {
    struct Candidate: Sendable, Equatable {
        var key: FileKey
        var segment: SpoolFolder.Segment
        /// Bytes on the disk.
        var size: Int64
        /// The position behind its last byte.
        var end: Int64
        /// When it was written last; microseconds since 1970 UTC.
        var writtenAt: Int64
        /// Frames are still appended to it.
        var isOpen: Bool
    }

    /// - Parameters:
    ///   - committed: how far each log is counted in the database. What is not in here is not known to be counted.
    ///   - excess: bytes that have to go for the spool to keep to its bound.
    ///   - oldest: what was written before this may go.
    /// - Returns: what goes, the oldest first. Never anything that is not committed.
    static func expired(
        _ candidates: [Candidate],
        committed: [FileKey: Int64],
        excess: Int64,
        oldest: Int64
    ) -> [Candidate] {
        var excess = excess
        var expired: [Candidate] = []
        let removable = candidates.filter { !$0.isOpen && $0.end <= committed[$0.key] ?? -1 }
        for candidate in removable.sorted(by: { ($0.writtenAt, $0.segment.first) < ($1.writtenAt, $1.segment.first) })
        where candidate.writtenAt < oldest || excess > 0 {
            expired.append(candidate)
            excess -= candidate.size
        }
        return expired
    }
}
