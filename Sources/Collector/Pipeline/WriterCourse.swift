/// How the writing to the database goes, and what follows from each turn. Pure.
///
/// Every failure ends in opening anew, after a while that grows: the position that is read then tells what was
/// counted. Only a refusal keeps the batch, as nothing is wrong with it.
struct WriterCourse: Sendable {
    enum Turn: Sendable, Equatable {
        case opened
        case committed
        /// A heartbeat was taken while there was nothing to commit.
        case reported
        case conflict
        case refused(reason: String)
        case failed(reason: String)
    }

    enum Action: Sendable, Equatable {
        case goOn
        /// The same batch again, after this long.
        case retry(after: Duration)
        /// Open the source anew, after this long.
        case reopen(after: Duration)
    }

    private(set) var state = SourceState.Writing.opening
    private var failures: BackOff
    private var refusals: BackOff

    init(first: Duration = .milliseconds(100), limit: Duration = .seconds(10)) {
        failures = BackOff(first: first, limit: limit)
        refusals = BackOff(first: first, limit: limit)
    }

    /// - Parameter random: from 0 up to 1, for the jitter.
    mutating func turn(_ turn: Turn, random: Double) -> Action {
        switch turn {
        case .opened:
            // An opening alone is no success: two collectors that share a source open it in turns, and a database may
            // let us in and take no batch.
            if case .opening = state { state = .writing }
            return .goOn
        case .committed, .reported:
            state = .writing
            failures.succeed()
            refusals.succeed()
            return .goOn
        case .conflict:
            // The first is what a lost acknowledgement looks like.
            let wait = failures.next(random: random)
            return .reopen(after: failures.failures == 1 ? .zero : wait)
        case .refused(let reason):
            state = .refused(reason: reason)
            return .retry(after: refusals.next(random: random))
        case .failed(let reason):
            state = .away(reason: reason)
            return .reopen(after: failures.next(random: random))
        }
    }

    /// Whether bytes have to be made safe in the spool.
    var isAway: Bool {
        switch state {
        case .away, .refused: true
        case .opening, .writing, .stopped: false
        }
    }
}
