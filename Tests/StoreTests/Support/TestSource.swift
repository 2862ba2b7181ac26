import Foundation
import Logging
import MailEvents
import ScratchPostgres
import Store

/// A collector of one file, reduced to what the database sees of it.
final class TestSource: Sendable {
    let session: IngestSession
    let file: KnownFile
    /// What the opening told.
    let told: [KnownFile]
    let position: Shared<Int64>

    /// Opens a source and makes one file known, or goes on with the file that the source has.
    init(
        _ database: ScratchDatabase,
        node: String = "mx1",
        name: String = "/var/log/mail.log",
        role: ScratchRole = .collector,
        rules: RuleSet? = nil,
        most: Int32? = nil
    ) async throws {
        let rules = try rules ?? BundledRules.ruleSet()
        session = IngestSession(database.settings(role), rules: rules, logger: Logger(label: "test"))
        let opening = try await session.open(node: node, name: name, format: "postfix", isSample: false, most: most)
        told = opening.files
        if let known = opening.files.first {
            file = known
        } else {
            file = try await session.register(name: name, fingerprint: .ofTests)
        }
        position = Shared(file.position)
    }

    /// Commits events as the file's next lines.
    @discardableResult
    func feed(_ events: [TestEvent]) async throws -> IngestSession.Outcome {
        let batch = next(events)
        let outcome = try await session.commit(batch)
        if outcome == .committed { position.change { $0 = batch.to } }
        return outcome
    }

    /// The batch that comes next.
    func next(_ events: [TestEvent]) -> EventBatch {
        .of(events, file: file, from: position.value)
    }
}

extension FileFingerprint {
    static let ofTests = FileFingerprint(
        headLength: 4,
        headHash: [UInt8](repeating: 1, count: 32),
        tailLength: 0,
        tailHash: []
    )
}
