package import struct Foundation.Date

/// How a source is doing, in one word: the first that holds.
package enum SourceCondition: String, Sendable, CaseIterable {
    /// Its collector has not been heard of for half a minute: it is dead, or cut off. A log in which nothing happens is not silent.
    case silent
    /// Its collector says what is wrong.
    case failing
    /// More than a minute of the log, or what the log held a minute ago, is not counted yet.
    case behind
    /// All is well.
    case following
}

extension SourceStatus {
    /// After this many seconds without a word of its collector a source is silent; collectors report every three.
    private static let longestPause = 30.0
    private static let longestLag = 60.0

    /// How far behind the counting is; nil before the first word of its collector.
    package func lagSeconds(at now: Date) -> Double? {
        completeUntil.map { max(0, now.timeIntervalSince($0)) }
    }

    /// Since when its collector has not been heard of; nil if it never was.
    package func heartbeatSeconds(at now: Date) -> Double? {
        lastReportAt.map { max(0, now.timeIntervalSince($0)) }
    }

    package func condition(at now: Date) -> SourceCondition {
        guard let pause = heartbeatSeconds(at: now), pause <= Self.longestPause else { return .silent }
        if lastError != nil { return .failing }
        guard let lag = lagSeconds(at: now), lag <= Self.longestLag else { return .behind }
        return .following
    }
}
