import Foundation
import Logging
import MailEvents
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// The moment at which nobody knows whether a batch counts: its COMMIT is on its way, or the answer is.
@Suite struct LostAnswerTests {
    @Test(arguments: [CuttingProxy.Cut.beforeCommit, .beforeAnswer])
    func aBatchWhoseAnswerIsLostCountsOnce(cut: CuttingProxy.Cut) async throws {
        try await withScratchDatabase { database in
            let proxy = try CuttingProxy(to: database.settings(.collector))
            defer { proxy.close() }
            let rules = try BundledRules.ruleSet()
            let session = IngestSession(proxy.settings, rules: rules, logger: Logger(label: "test"))
            _ = try await session.open(node: "mx1", name: "log", format: "postfix", isSample: false)
            let file = try await session.register(name: "log", fingerprint: .ofTests)
            var position: Int64 = 0
            var lost = 0
            for round in 0..<10 {
                let events = (0..<5).map { _ in TestEvent(.delivery, at: Times.now()) }
                let batch = EventBatch.of(events, file: file, from: position)
                if round % 2 == 0 { proxy.cutNext(cut) }
                do {
                    #expect(try await session.commit(batch) == .committed)
                } catch is PostgresClientError {
                    lost += 1
                    let opening = try await session.open(node: "mx1", name: "log", format: "postfix", isSample: false)
                    let known = try #require(opening.files.first)
                    #expect(known.position == (cut == .beforeAnswer ? batch.to : batch.from))
                    // Sent again whatever the position says: it counts once.
                    #expect(try await session.commit(batch) == (cut == .beforeAnswer ? .conflict : .committed))
                }
                position = batch.to
            }
            #expect(lost == 5)
            let pool = database.pool(.superuser)
            #expect(try await pool.number("SELECT count(*) FROM rt_log.event") == 50)
            #expect(try await pool.number("SELECT sum(deliveries) FROM rt_log.traffic_delta") == 50)
            #expect(try await pool.number("SELECT sum(position) FROM ops.source_file") == position)
        }
    }
}
