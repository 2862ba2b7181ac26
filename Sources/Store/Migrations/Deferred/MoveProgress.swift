/// How far a deferred migration is, how fast it goes, and how long it will take.
package struct MoveProgress: Sendable, Equatable {
    /// Rows there were; nil until they are counted.
    package var rowsTotal: Int64?
    package var rowsMoved: Int64
    /// Rows that the new layout cannot hold, kept aside.
    package var rowsQuarantined: Int64
    /// Rows of the last chunks.
    package var recentRows: Int64
    /// From the beginning of the first of them to the end of the last, waits and all.
    package var recentMilliseconds: Double
    /// Rows a second of the fast chunks and of the slow ones among them, waits apart.
    package var fastest: Double
    package var slowest: Double

    package init(
        rowsTotal: Int64?,
        rowsMoved: Int64,
        rowsQuarantined: Int64 = 0,
        recentRows: Int64 = 0,
        recentMilliseconds: Double = 0,
        fastest: Double = 0,
        slowest: Double = 0
    ) {
        self.rowsTotal = rowsTotal
        self.rowsMoved = rowsMoved
        self.rowsQuarantined = rowsQuarantined
        self.recentRows = recentRows
        self.recentMilliseconds = recentMilliseconds
        self.fastest = fastest
        self.slowest = slowest
    }

    /// Rows still to move; nil until they are counted.
    package var rowsLeft: Int64? {
        rowsTotal.map { max(0, $0 - rowsMoved - rowsQuarantined) }
    }

    /// Of all rows, 0 to 1; nil until they are counted.
    package var share: Double? {
        rowsTotal.map { $0 == 0 ? 1 : min(1, Double(rowsMoved + rowsQuarantined) / Double($0)) }
    }

    /// Rows a second over the last chunks, waits and all; nil before the first.
    package var rate: Double? {
        recentRows > 0 && recentMilliseconds > 0 ? Double(recentRows) * 1000 / recentMilliseconds : nil
    }

    /// Seconds that are left if it goes on as it did lately; nil where that is not known.
    package var secondsLeft: Double? { seconds(at: rate) }

    /// Seconds that are left if all chunks go as the fast ones, without a wait.
    package var secondsLeftAtBest: Double? { seconds(at: rate.map { max($0, fastest) }) }

    /// Seconds that are left if all chunks go as the slow ones, with the waits that there were.
    package var secondsLeftAtWorst: Double? {
        guard let rate else { return nil }
        guard slowest > 0, fastest > 0 else { return seconds(at: rate) }
        // Of the slow chunks, what the waits took of all.
        let middle = (fastest + slowest) / 2
        return seconds(at: min(rate, slowest * min(1, rate / middle)))
    }

    private func seconds(at rate: Double?) -> Double? {
        guard let rowsLeft, let rate, rate > 0 else { return nil }
        return Double(rowsLeft) / rate
    }
}
