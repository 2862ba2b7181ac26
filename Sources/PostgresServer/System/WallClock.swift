package import FoundationEssentials

/// The time of day, in the forms that files use.
enum WallClock {
    static func now() -> Date { Date() }

    /// Since 1970.
    static func seconds() -> Int64 { Int64(Date().timeIntervalSince1970) }
}

extension Date {
    /// `2026-11-22T21:00:00Z`.
    package var iso8601: String { formatted(.iso8601) }
}
