import CollectorFixtures
import Foundation
import MailEvents
import SystemPackage
import Testing

@testable import Collector

@Suite struct SampleTests {
    @Test(arguments: [
        ("2026-03-05T04:07:08.101256+00:00 mx1", 1_772_683_628_101_256),
        ("2026-03-05T05:07:08.101256+01:00 mx1", 1_772_683_628_101_256),
        ("2026-03-05T00:07:08-04:00 mx1", 1_772_683_628_000_000),
        ("2026-03-05T04:07:08Z mx1", 1_772_683_628_000_000),
    ])
    func aStampIsReadWhateverItsZone(line: String, time: Int64) throws {
        let stamp = try #require(SampleStamp(Array(line.utf8)[...], format: .postfix))
        #expect(stamp.time == time)
        #expect(stamp.text(at: 1_772_683_628_000_007) == "2026-03-05T04:07:08.000007+00:00")
    }

    @Test func aStampOfMomentumKeepsItsWidth() throws {
        let short = try #require(SampleStamp(Array("1772683628@00/00".utf8)[...], format: .momentumMainlog))
        #expect(short.text(at: 1_772_683_630_500_000) == "1772683630")
        let long = try #require(SampleStamp(Array("1772683628101256@00/00".utf8)[...], format: .momentumMainlog))
        #expect(long.time == 1_772_683_628_101_256)
        #expect(long.text(at: 1_772_683_630_500_000) == "1772683630500000")
    }

    @Test func theIdsOfARoundAreOthersAndBelongTogether() {
        let identifiers = MessageIdentifiers(format: .postfix)
        let first = " mx1 postfix/smtp[1]: 40wzBrWPK9zFwP65: status=sent (queued as 40wzBrWPK9zFwP66)"
        let texts = (1...3).map { round in
            String(decoding: identifiers.renamed(Array(first.utf8), round: round), as: UTF8.self)
        }
        #expect(Set(texts).count == 3)
        #expect(texts.allSatisfy { $0.hasPrefix(" mx1 postfix/smtp[1]: 40wzBrWPK9z") && $0.contains("P65: status") })
        let short = Array(" mx1 postfix/smtp[1]: connect from app1.example[192.0.2.11]".utf8)
        #expect(identifiers.renamed(short, round: 7) == short)
        let momentum = MessageIdentifiers(format: .momentumMainlog)
        let line = Array("@00/00-25004-31B987F3@00/00-03736-F4101B54@R@x".utf8)
        let renamed = String(decoding: momentum.renamed(line, round: 5), as: UTF8.self)
        #expect(renamed != String(decoding: line, as: UTF8.self))
        #expect(renamed.hasPrefix("@00/00-25004-") && renamed.hasSuffix("@00/00-03736-F4101B54@R@x"))
    }

    @Test func thePaceIsTheSameForTheSameSeedAndVaries() {
        func course(_ seed: UInt64) -> [Int64] {
            var pace = SamplePace(seed: seed)
            return (0..<2000).map { _ in pace.wait(100_000) }
        }
        #expect(course(1) == course(1))
        #expect(course(1) != course(2))
        let waits = course(1)
        #expect(Set(waits).count > 5)
        let mean = Double(waits.reduce(0, +)) / Double(waits.count)
        #expect((50_000...200_000).contains(mean))
    }

    @Test func samplesAreReplayedRotatedAndCountedWithoutEnd() async throws {
        let shop = try Workshop()
        try shop.append(0..<200, to: shop.path("samples"))
        var samples = SampleSettings(lines: [shop.path("samples")], format: .postfix, log: shop.log)
        samples.speed = 2
        samples.size = 20_000
        let source = SourceDescription(node: "mx1", name: "samples", format: .postfix, isSample: true)
        let settings = SourceSettings(source, .samples(samples, shop.settings))
        let collector = RunningCollector([settings], shop.database)
        try await eventually("the first round is over") { shop.database.lines > 400 }
        #expect(collector.state?.isSample == true)
        #expect(shop.database.quarantined.isEmpty)
        try await collector.kill()
        // What is in the log and its rotations is what was counted, and no stamp is of another time.
        let text = [".2", ".1", ""].map { suffix in
            // Not rotated as often yet.
            (try? String(contentsOfFile: shop.log.string + suffix, encoding: .utf8)) ?? ""
        }.joined()
        #expect(
            text.split(separator: "\n").allSatisfy { $0.hasPrefix("20") && $0.hasSuffix("status=sent (250 2.0.0 OK)") }
        )
        #expect(!text.contains("2026-03-05T"))
        #expect(FileManager.default.fileExists(atPath: shop.log.string + ".1"))
        #expect(!FileManager.default.fileExists(atPath: shop.log.string + ".3"))
    }

    @Test func samplesThatAreNotThereAreSaid() async throws {
        let shop = try Workshop()
        let samples = SampleSettings(lines: [shop.path("none")], format: .postfix, log: shop.log)
        let source = SourceDescription(node: "mx1", name: "samples", format: .postfix, isSample: true)
        let collector = RunningCollector([SourceSettings(source, .samples(samples, shop.settings))], shop.database)
        try await eventually("it is said") { collector.says("samples cannot be replayed") }
        try await collector.kill()
    }
}
