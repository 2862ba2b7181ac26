/// How many minutes of a backlog one transaction folds: as many as take some ten seconds. The longer the round, the fewer
/// times the row of a day is written; the longer the transaction, the more the vacuum leaves behind.
package struct FoldPace: Sendable {
    private static let range: ClosedRange<Int32> = 60...720

    /// For the next round. Whole hours, for a round ends at one.
    package private(set) var minutes: Int32 = 120

    package init() {}

    /// Notes how long a round took.
    package mutating func note(_ time: Duration) {
        if time < .seconds(10) { minutes = min(minutes * 2, Self.range.upperBound) }
        if time > .seconds(40) { minutes = max(minutes / 2, Self.range.lowerBound) }
    }
}
