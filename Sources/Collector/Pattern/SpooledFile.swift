import MailEvents

/// A file as the spool holds it: what was met of it while the database was away.
struct SpooledFile: Sendable {
    /// The path that it was last seen at.
    var name: String
    /// Microseconds since 1970 UTC.
    var modifiedAt: Int64
    /// The position behind its last byte.
    var end: Int64
    /// How to recognise it on the disk; of no length while the file is open.
    var fingerprint = FileFingerprint(headLength: 0, headHash: [], tailLength: 0, tailHash: [])
}

extension SpooledFile {
    init(_ log: SpooledLog) {
        self.init(
            name: log.name,
            modifiedAt: log.modifiedAt,
            end: log.place.position,
            fingerprint: log.place.fingerprint()
        )
    }
}
