package import Collector
package import MailEvents
import Synchronization

/// Behaves like the database towards collectors: one position a file, moved by compare-and-set in one step with what
/// is counted. Can be told to misbehave. Outlives the collectors that a test starts and stops.
package final class RecordingDatabase: Sendable {
    /// What to do to a call.
    package enum Fault: Sendable, Equatable {
        /// The call throws, and nothing was done.
        case fail
        /// The call throws, and all was done: the acknowledgement is lost.
        case loseAcknowledgement
        /// The batch is refused.
        case refuse
        /// The call does not come back until it is cancelled.
        case hang
    }

    package struct Unavailable: Error, Equatable {
        package init() {}
    }

    struct Content {
        var files: [KnownFile] = []
        /// Of each file, in the order of their positions.
        var marks: [Int64: [ContentMark]] = [:]
        var firstOpenedAt: Int64?
        var epoch = 0
        var counted: [String: Int] = [:]
        var quarantined: [String] = []
        var reports: [SourceHealth] = []
        var samples: [QueueSample] = []
        var lines: Int64 = 0
        var batches = 0
        /// Faults of the next calls that change something, in order.
        var faults: [Fault] = []
        /// The fault of every call, until told otherwise.
        var standingFault: Fault?
    }

    let content = Mutex(Content())

    let wall: @Sendable () -> Int64

    /// - Parameter wall: its clock, microseconds since 1970 UTC.
    package init(wall: @escaping @Sendable () -> Int64 = TimeSource.system.wall) {
        self.wall = wall
    }

    /// How often each message was counted, by its id.
    package var counted: [String: Int] { content.withLock { $0.counted } }
    package var quarantined: [String] { content.withLock { $0.quarantined } }
    package var files: [KnownFile] { content.withLock { $0.files } }
    /// Of each file, in the order of their positions.
    package var marks: [Int64: [ContentMark]] { content.withLock { $0.marks } }
    package var reports: [SourceHealth] { content.withLock { $0.reports } }
    package var samples: [QueueSample] { content.withLock { $0.samples } }
    package var lines: Int64 { content.withLock { $0.lines } }
    package var batches: Int { content.withLock { $0.batches } }
    package var epoch: Int { content.withLock { $0.epoch } }

    /// The next calls that change something go wrong like this, in order.
    package func next(_ faults: Fault...) {
        content.withLock { $0.faults += faults }
    }

    /// Every call goes wrong like this, until it is nil.
    package func always(_ fault: Fault?) {
        content.withLock { $0.standingFault = fault }
    }

    /// Puts the database back to an earlier time: what was counted since is gone.
    package func change(_ body: (inout [KnownFile], inout [String: Int]) -> Void) {
        content.withLock { body(&$0.files, &$0.counted) }
    }

    package var snapshot: (files: [KnownFile], counted: [String: Int]) {
        content.withLock { ($0.files, $0.counted) }
    }

    package func setFirstOpened(_ time: Int64) {
        content.withLock { $0.firstOpenedAt = time }
    }
}
