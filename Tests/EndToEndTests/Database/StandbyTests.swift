import Foundation
import LogGenerator
import Testing

/// A primary is lost, its standby takes over, and the old one comes back.
@Suite(.twoAtATime)
struct StandbyTests {
    @Test func afterAPromotionNoEventIsLostAndTheOldServerGetsNone() async throws {
        let (_, seed) = SeededRandom.announced(for: "promote a standby")
        try await TestFolder.with { folder in
            let path = try folder.folder("log") + "/mail.log"
            let lines = InventedPostfix(SeededRandom(seed: seed), stamp: InventedPostfix.isoStamp)
            let writer = try LogWriter(path, copy: "\(folder.path)/copy.log", seed: seed, lines: lines)
            func host(_ name: String) throws -> Installation {
                try Installation(
                    in: folder,
                    collect: [Installation.file(path)],
                    directory: "\(folder.path)/\(name)",
                    more: "cluster: {host: \(name)}\ncollector: {directory: \(folder.path)/collector}"
                )
            }
            let (first, second) = (try host("db1"), try host("db2"))
            let serving = try await first.serveDatabase()
            try await first.output(["database", "designate", "--yes"])
            var collector = try first.serve(["collector"])
            try await writer.write(300)
            try await Self.counts(first, writer, in: folder)

            try await second.output(["standby", "create", "--from", "\(first.directory)/run"])
            try await writer.write(200)
            #expect(try await second.run("standby", "promote", "--yes").ending == .status(69))
            // The host is lost, in the middle of it all.
            let postmaster = try #require(try first.postmaster())
            try await serving.destroy()
            kill(postmaster, SIGKILL)
            try await writer.write(200)
            try await eventually("that the primary is missed", every: .milliseconds(200)) {
                try await second.output(["standby", "status"]).contains("its primary is away")
            }
            let said = try await second.output(["standby", "promote", "--yes"])
            #expect(said.contains("db2 is designated, epoch 2"))
            collector.signal(SIGTERM)
            try await collector.finish()

            collector = try second.serve(["collector", "manager"])
            try await Self.counts(second, writer, in: folder)
            collector.signal(SIGTERM)
            try await collector.finish()

            // The old one comes back, and thinks that all is as it was.
            try await first.serveDatabase()
            let before = try await first.report().total
            collector = try first.serve(["collector"])
            try await writer.write(50)
            try await eventually("a word about the old server") {
                collector.errors.contains("another server has taken over")
            }
            #expect(try await first.report().total.deliveries == before.deliveries)
            collector.signal(SIGTERM)
            try await collector.finish()
            collector = try second.serve(["collector", "manager"])
            try await Self.counts(second, writer, in: folder)
            try await second.output(["database", "stop"])
        }
    }

    private static func counts(_ mailmill: Installation, _ writer: LogWriter, in folder: TestFolder) async throws {
        let counted = try await IndependentCounter.count([writer.copy], in: folder)
        try await eventually("figures equal to the independent count", within: .seconds(90), every: .milliseconds(300))
        {
            let told = try await mailmill.report("--by", "domain")
            guard told.deliveriesByDomain == counted.deliveriesByDomain else {
                throw TestTrouble("\(told.tally); counted: \(counted)")
            }
            return true
        }
    }
}
