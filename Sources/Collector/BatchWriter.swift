package import MailEvents

/// Where batches go: the database, or a test's own counter. One writer serves one source; its calls come one at a
/// time, save that `prepare` may come while others run. Every method may throw whatever the transport throws; the collector then opens the source anew.
package protocol BatchWriter: Sendable {
    /// Claims the source and says what is known of it. After it, older writers of the same source are refused.
    func open(_ source: SourceDescription) async throws -> SourceOpening

    /// Makes a file known that matches none of the known ones; it stands at position 0.
    func register(name: String, fingerprint: FileFingerprint) async throws -> KnownFile

    /// The file of the source whose first bytes, all that its fingerprint covers, have one of these hashes; nil if there
    /// is none. The one with the longest head, and the newest of those. Also of those that an opening does not tell.
    func lookUp(headHashes: [[UInt8]]) async throws -> KnownFile?

    /// Hashes of a file's beginnings, in the order of their positions: to tell whether another one that is shorter is the
    /// same. None where they are not known.
    func marks(of fileID: Int64) async throws -> [ContentMark]

    /// Says that this batch will be committed next: what can be done beforehand may be done now, while another one is.
    func prepare(_ batch: EventBatch) async

    /// Counts the batch, or leaves everything as it was.
    func commit(_ batch: EventBatch) async throws -> CommitOutcome

    /// Says that the source is alive, when there is nothing to commit, and after an error.
    func report(_ health: SourceHealth) async throws

    /// Stores the sizes of the node's queues.
    func store(_ sample: QueueSample) async throws
}

extension BatchWriter {
    package func prepare(_ batch: EventBatch) async {}
}

/// A source as the settings name it.
package struct SourceDescription: Sendable, Equatable {
    package var node: String
    /// The path, or `journald`.
    package var name: String
    package var format: LogFormat
    /// Bundled samples replayed as if live.
    package var isSample: Bool
    /// Files that an opening tells, the newest; nil for all.
    package var filesTold: Int?

    package init(node: String, name: String, format: LogFormat, isSample: Bool = false) {
        self.node = node
        self.name = name
        self.format = format
        self.isSample = isSample
    }
}

/// What the database knows of a source when it is opened.
package struct SourceOpening: Sendable {
    /// The files of the source that can still matter, newest first.
    package var files: [KnownFile]
    /// When the source was opened for the very first time, microseconds since 1970 UTC. Files that were complete
    /// before it are history, for `collect import`.
    package var firstOpenedAt: Int64

    package init(files: [KnownFile], firstOpenedAt: Int64) {
        self.files = files
        self.firstOpenedAt = firstOpenedAt
    }
}

/// What became of a batch.
package enum CommitOutcome: Sendable, Equatable {
    case committed
    /// The file does not stand at `from`: the batch was counted before, or another writer is at work. Open anew.
    case conflict
    /// The database takes no events for now (its disk is nearly full): wait and send the same batch again.
    case refused(reason: String)
}

/// How a source is doing.
package struct SourceHealth: Sendable, Equatable {
    /// Microseconds since 1970 UTC up to which everything that the log holds is committed; nil if unknown.
    package var readUpTo: Int64?
    /// Bytes known and not committed.
    package var lagBytes: Int64
    /// The last error, nil after it went well again.
    package var lastError: String?

    package init(readUpTo: Int64?, lagBytes: Int64, lastError: String?) {
        self.readUpTo = readUpTo
        self.lagBytes = lagBytes
        self.lastError = lastError
    }
}

/// Sizes of a node's queues at one time.
package struct QueueSample: Sendable, Equatable {
    /// Microseconds since 1970 UTC.
    package var takenAt: Int64
    /// Messages being delivered, or ready to be; nil where the server does not tell.
    package var active: Int64?
    /// Messages that wait for another attempt; nil where the server does not tell.
    package var delayed: Int64?
    /// Open sessions of clients; nil where the server does not tell.
    package var connectionsIn: Int64?
    /// Open sessions to other hosts; nil where the server does not tell.
    package var connectionsOut: Int64?
    /// By domain or binding, the largest first; empty in most samples.
    package var parts: [QueuePart] = []

    package init(takenAt: Int64, active: Int64?, delayed: Int64?) {
        self.takenAt = takenAt
        self.active = active
        self.delayed = delayed
    }
}

/// What of a queue is of one domain, one binding, or both. What the server does not tell apart is empty.
package struct QueuePart: Sendable, Equatable {
    package var bindingGroup: String
    package var binding: String
    /// Lower case.
    package var domain: String
    package var active: Int64
    package var delayed: Int64

    package init(
        bindingGroup: String = "",
        binding: String = "",
        domain: String = "",
        active: Int64 = 0,
        delayed: Int64 = 0
    ) {
        self.bindingGroup = bindingGroup
        self.binding = binding
        self.domain = domain
        self.active = active
        self.delayed = delayed
    }
}
