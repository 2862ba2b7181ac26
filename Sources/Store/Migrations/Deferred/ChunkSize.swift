/// How many rows the next chunk takes, so that each takes about as long as it should: grows by a fifth, shrinks at once.
/// A state machine without I/O.
struct ChunkSize: Sendable, Equatable {
    static let range: ClosedRange<Int32> = 1...500_000
    /// Below this a chunk that fails is taken row by row.
    static let smallest: Int32 = 64

    private(set) var rows: Int32
    /// Where it grows back to quickly after it had to shrink for an error.
    private var before: Int32 = 0

    init(rows: Int32) {
        self.rows = rows.clamped(to: Self.range)
    }

    /// True if so few rows are left that each is to be looked at on its own.
    var isSmallest: Bool { rows <= Self.smallest }

    /// Takes in that a chunk went well.
    ///
    /// - Parameters:
    ///   - moved: its rows.
    ///   - took: how long it took.
    ///   - target: how long a chunk should take.
    mutating func note(moved: Int64, took: Duration, target: Duration) {
        guard moved > 0 else { return }
        if rows < before {
            rows = min(before, rows * 4)
            return
        }
        before = 0
        let ratio = target / max(took, .microseconds(1))
        let step = min(1.2, max(0.5, ratio))
        // A chunk that was cut short by the table's end says nothing about longer ones.
        if step > 1, moved < Int64(rows) / 2 { return }
        rows = Int32((Double(rows) * step).rounded(.up)).clamped(to: 100...Self.range.upperBound)
    }

    /// Takes in that a chunk failed because of its rows: a part of them may go well.
    mutating func noteFailure() {
        before = max(before, rows)
        rows = max(Self.smallest, rows / 4)
    }

    /// Takes in that a chunk took too long for others, or stood in somebody's way.
    mutating func noteTrouble() {
        rows = max(100, rows / 2)
    }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self {
        min(max(self, range.lowerBound), range.upperBound)
    }
}
