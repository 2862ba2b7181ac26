import CollectorFixtures
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Collector

/// The database is away, and whoever tidies up removes files that are not counted yet.
@Suite struct PatternOutageTests {
    private func start(_ shop: Workshop) throws -> RunningCollector {
        try shop.startPattern {
            $0.openFiles = 4
            $0.quiet = .milliseconds(50)
        }
    }

    @Test func whatIsRemovedWhileTheDatabaseIsAwayIsCountedLater() async throws {
        let shop = try Workshop()
        let folder = try shop.segmentFolder()
        let collector = try start(shop)
        // Of this one a part is counted before.
        try shop.append(0..<200, to: folder.appending("begun"))
        try await shop.expectCounted(200)
        shop.database.always(.fail)
        try shop.append(200..<300, to: folder.appending("begun"))
        let segment = try OpenSegment(folder.appending("segment"))
        try segment.write(LogLine.text(300..<350))
        // More than may be open.
        for number in 0..<12 {
            try shop.append(350 + number * 50..<400 + number * 50, to: folder.appending("s\(number)"))
        }
        for last in [300, 350] + (1...12).map({ 350 + $0 * 50 }) { try await shop.expectSpooled(last) }
        for name in ["begun", "segment"] + (0..<12).map({ "s\($0)" }) { try shop.remove(folder.appending(name)) }
        shop.database.always(nil)
        try await shop.expectCounted(950)
        try await shop.expectEmptySpool()
        try shop.append(950..<960, to: folder.appending("later"))
        try await shop.expectCounted(960)
        try await eventually("nothing is left to read") { collector.state?.readUpTo != nil }
        #expect(shop.database.files.count == 15)
        try await collector.kill()
    }

    @Test func whatStaysIsCountedOnceAndGoesOnWhereTheSpoolEnds() async throws {
        let shop = try Workshop()
        let folder = try shop.segmentFolder()
        let collector = try start(shop)
        try shop.append(0..<10, to: folder.appending("a"))
        try await shop.expectCounted(10)
        shop.database.always(.fail)
        try shop.append(10..<20, to: folder.appending("a"))
        // A line that is not whole yet when the database is back.
        let half = LogLine.text(20)
        try shop.append(String(half.prefix(40)), to: folder.appending("a"))
        try shop.append(21..<22, to: folder.appending("b"))
        try await shop.expectSpooled(20)
        try await shop.expectSpooled(22)
        shop.database.always(nil)
        try await eventually("the whole lines are counted") { shop.database.counted.count == 21 }
        try shop.append(String(half.dropFirst(40)), to: folder.appending("a"))
        try shop.append(22..<200, to: folder.appending("b"))
        try await shop.expectCounted(200)
        try await shop.expectEmptySpool()
        #expect(shop.database.files.count == 2)
        #expect(shop.database.quarantined.isEmpty)
        try await collector.kill()
        let second = try start(shop)
        try shop.append(200..<210, to: folder.appending("b"))
        try await shop.expectCounted(210)
        try await second.kill()
    }

    @Test func aFirstStartWithoutTheDatabaseLosesNothing() async throws {
        let shop = try Workshop()
        let folder = try shop.segmentFolder()
        try shop.append(5000..<5100, to: folder.appending("old"))
        try shop.setModified(folder.appending("old"), secondsAgo: 3600)
        shop.database.always(.fail)
        var collector = try start(shop)
        for number in 0..<3 {
            let path = folder.appending("\(number)")
            try shop.append(number * 10..<number * 10 + 10, to: path)
            try await shop.expectSpooled(number * 10 + 10)
            try shop.remove(path)
            try await collector.kill()
            collector = try start(shop)
        }
        shop.database.always(nil)
        try await shop.expectCounted(30)
        try await shop.expectEmptySpool()
        try await collector.kill()
    }

    /// `MAILMILL_TEST_ROUNDS` times as many orders are tried.
    private static let seeds: [UInt64] = {
        let rounds = ProcessInfo.processInfo.environment["MAILMILL_TEST_ROUNDS"].flatMap { Double($0) } ?? 1
        return Array(1...UInt64(max(1, 3 * rounds)))
    }()

    /// A database that hangs, collectors that are killed, files that are removed as soon as they are safe: in an order
    /// that a seed decides.
    @Test(arguments: seeds)
    func everyLineIsCountedOnce(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let shop = try Workshop()
        let folder = try shop.segmentFolder()
        var collector = try start(shop)
        try await eventually("the source is known") { collector.state?.writing == .writing }
        var next = 0
        var number = 0
        var isHanging = false
        /// The last line of each file that is there.
        var last: [FilePath: Int] = [:]
        for _ in 0..<25 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: shop.database.always(.fail)
            case 1:
                shop.database.always(.hang)
                isHanging = true
            case 2, 3:
                shop.database.always(nil)
                guard isHanging else { continue }
                // A call that hangs comes back with its collector's end only.
                isHanging = false
                try await collector.kill()
                collector = try start(shop)
            case 4:
                try await collector.kill()
                collector = try start(shop)
            case 5, 6:
                // The oldest that is there.
                guard let (path, line) = last.min(by: { $0.value < $1.value }) else { continue }
                let id = LogLine.id(line)
                try await eventually("line \(line) is safe") {
                    try shop.database.counted[id] != nil || shop.spooledText().contains(id + ": to=")
                        || shop.database.counted[id] != nil
                }
                try shop.remove(path)
                last[path] = nil
            default:
                if Bool.random(using: &random) || last.isEmpty { number += 1 }
                let path = folder.appending("\(Int.random(in: max(0, number - 2)...number, using: &random))")
                let count = Int.random(in: 1...60, using: &random)
                try shop.append(next..<next + count, to: path)
                next += count
                last[path] = next - 1
            }
        }
        shop.database.always(nil)
        try await collector.kill()
        collector = try start(shop)
        try await shop.expectCounted(next)
        try await shop.expectEmptySpool()
        try await eventually("nothing is left to read") {
            collector.state?.readUpTo != nil && collector.state?.lagBytes == 0
        }
        try await shop.expectCounted(next)
        #expect(shop.database.quarantined.isEmpty)
        try await collector.kill()
    }
}
