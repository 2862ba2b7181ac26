package import Collector
package import MailEvents
import Synchronization

/// Takes every batch at once and only counts: what is left is the collector's own cost.
package final class CountingWriter: BatchWriter {
    private struct Content {
        var files: [KnownFile] = []
        var lines: Int64 = 0
        var events = 0
        var batches = 0
        var bytes: Int64 = 0
    }

    private let content = Mutex(Content())

    package init() {}

    package var lines: Int64 { content.withLock { $0.lines } }
    package var events: Int { content.withLock { $0.events } }
    package var batches: Int { content.withLock { $0.batches } }
    /// Bytes of the logs.
    package var bytes: Int64 { content.withLock { $0.bytes } }

    package func open(_ source: SourceDescription) async throws -> SourceOpening {
        SourceOpening(files: [], firstOpenedAt: 0)
    }

    package func register(name: String, fingerprint: FileFingerprint) async throws -> KnownFile {
        content.withLock { content in
            content.files.append(unread: name, fingerprint)
        }
    }

    package func lookUp(headHashes: [[UInt8]]) async throws -> KnownFile? { nil }

    package func marks(of fileID: Int64) async throws -> [ContentMark] { [] }

    package func commit(_ batch: EventBatch) async throws -> CommitOutcome {
        content.withLock { content in
            content.lines += batch.lines
            content.events += batch.events.count
            content.batches += 1
            content.bytes += batch.to - batch.from
        }
        return .committed
    }

    package func report(_ health: SourceHealth) async throws {}

    package func store(_ sample: QueueSample) async throws {}
}
