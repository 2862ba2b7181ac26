/// Which times can be: a stamp outside is not counted.
struct TimeBounds: Sendable {
    /// 1990-01-01 00:00:00 UTC, in microseconds since 1970: no mail server's log is older.
    static let oldest: Int64 = 631_152_000_000_000

    /// Microseconds since 1970 UTC.
    var newest: Int64 = .max

    @inline(__always)
    func allow(_ time: Int64) -> Bool { time >= Self.oldest && time <= newest }
}
