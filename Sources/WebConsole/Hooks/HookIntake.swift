/// Who takes what mail servers' log hooks send: the collector, by way of the executable.
package protocol HookIntake: Sendable {
    /// Returns once the request is on the disk, or is not received. Never throws: every outcome has its answer.
    func receive(_ delivery: HookDelivery) async -> HookAnswer
}

/// A request of a log hook, whose sender has shown its token.
package struct HookDelivery: Sendable, Equatable {
    package var body: [UInt8]
    /// The body is compressed by gzip.
    package var isGzip: Bool
    /// `X-MessageSystems-Batch-ID`; nil where the sender gives none.
    package var batchID: String?

    package init(body: [UInt8], isGzip: Bool, batchID: String?) {
        self.body = body
        self.isGzip = isGzip
        self.batchID = batchID
    }
}

/// What the sender is to be told.
package enum HookAnswer: Sendable, Equatable {
    /// It counts, whatever happens; or counted before.
    case received
    /// It has to be sent again, later.
    case later(reason: String)
    /// It does not decompress.
    case damaged(reason: String)
    /// It is larger than this many bytes.
    case tooLarge(limit: Int)
}
