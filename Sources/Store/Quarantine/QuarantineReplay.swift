package import MailEvents

/// Reads quarantined lines again, and counts those that can be read now.
package struct QuarantineReplay: Sendable {
    /// What came of it.
    package struct Outcome: Sendable, Equatable {
        /// Lines that were counted, or could be.
        package var lines = 0
        package var events = 0
        /// Lines that cannot be read now either.
        package var left = 0

        package init() {}
    }

    /// Lines a transaction.
    private static let page = 1000
    /// Under this name the node's replays have a file of their own: its position counts lines.
    private static let fileName = "quarantine"

    private let zone: LocalZone
    private let session: IngestSession

    /// - Parameters:
    ///   - zone: of stamps that carry none.
    ///   - session: nothing else uses it.
    package init(zone: LocalZone, session: IngestSession) {
        self.zone = zone
        self.session = session
    }

    /// - Throws: what the database throws, `StoreError.replayedElsewhere`, `StoreError.ingestRefused`.
    package func run(
        _ quarantine: Quarantine,
        _ filter: QuarantineFilter,
        isDryRun: Bool = false
    ) async throws -> Outcome {
        var outcome = Outcome()
        var last: QuarantinedLine?
        while true {
            let page = try await quarantine.lines(filter, after: last, count: Self.page)
            guard let end = page.last else { return outcome }
            last = end
            for (key, lines) in Dictionary(grouping: page, by: { Key(node: $0.node, format: $0.format) }) {
                try await replay(lines, key, isDryRun, &outcome)
            }
        }
    }

    private struct Key: Hashable {
        var node: String
        var format: String
    }

    private func replay(
        _ lines: [QuarantinedLine],
        _ key: Key,
        _ isDryRun: Bool,
        _ outcome: inout Outcome
    ) async throws {
        guard let format = LogFormat(rawValue: key.format) else { return outcome.left += lines.count }
        let none = FileFingerprint(headLength: 0, headHash: [], tailLength: 0, tailHash: [])
        var batch = EventBatch(fileID: 0, from: 0, fingerprint: none)
        let readable = lines.filter { $0.read(as: format, zone: zone, into: &batch) }
        outcome.left += lines.count - readable.count
        guard !readable.isEmpty else { return }
        if !isDryRun {
            let file = try await file(key)
            batch.fileID = file.fileID
            batch.from = file.position
            batch.to = file.position + Int64(readable.count)
            switch try await session.replay(batch, taking: readable) {
            case .committed: break
            case .conflict: throw StoreError.replayedElsewhere
            case .refused(let reason): throw StoreError.ingestRefused(reason)
            }
        }
        outcome.lines += readable.count
        outcome.events += batch.events.count
    }

    /// The file as whose lines the node's replays are counted.
    private func file(_ key: Key) async throws -> KnownFile {
        let opening = try await session.open(node: key.node, name: "import", format: key.format, isSample: false)
        let known = opening.files.first { $0.isImported && $0.name == Self.fileName && $0.fingerprint.headLength == 0 }
        let none = FileFingerprint(headLength: 0, headHash: [], tailLength: 0, tailHash: [])
        if let known { return known }
        return try await session.register(name: Self.fileName, fingerprint: none)
    }
}
