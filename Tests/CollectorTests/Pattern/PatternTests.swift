import CollectorFixtures
import Foundation
import Glibc
import MailEvents
import SystemPackage
import Testing

@testable import Collector

@Suite struct PatternTests {
    func folder(_ shop: Workshop) throws -> FilePath { try shop.segmentFolder() }

    func start(
        _ shop: Workshop,
        _ pattern: String = "*",
        _ change: (inout PatternSettings) -> Void = { _ in }
    ) throws -> RunningCollector {
        try shop.startPattern(pattern, change)
    }

    @Test func filesAreReadAsTheyAppearAndGrow() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        try shop.append(0..<100, to: folder.appending("a"))
        let collector = try start(shop)
        try await shop.expectCounted(100)
        try shop.append(100..<200, to: folder.appending("b"))
        try await shop.expectCounted(200)
        try shop.append(200..<300, to: folder.appending("a"))
        try shop.append(300..<400, to: folder.appending(".hidden"))
        try shop.append(300..<350, to: folder.appending("c"))
        try await shop.expectCounted(350)
        try await eventually("nothing is left to read") { collector.state?.readUpTo != nil }
        try await collector.kill()
        let second = try start(shop)
        try shop.append(350..<360, to: folder.appending("b"))
        try await shop.expectCounted(360)
        #expect(shop.database.files.count == 3)
        try await second.kill()
    }

    @Test func aFileIsKnownRenamedAndCompressedAndCopied() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        try shop.append(0..<1000, to: folder.appending("a"))
        try shop.append(1000..<2000, to: folder.appending("b"))
        let collector = try start(shop)
        try await shop.expectCounted(2000)
        try shop.rename(folder.appending("a"), folder.appending("a.1"))
        try FileManager.default.copyItem(atPath: folder.appending("b").string, toPath: folder.appending("copy").string)
        for tool in ["bzip2", "xz", "zstd"] {
            #expect(try shop.run("/usr/bin/env", tool, "-q", "-k", folder.appending("a.1").string) == 0)
        }
        try shop.append(2000..<2100, to: folder.appending("a.1"))
        try await shop.expectCounted(2100)
        try await collector.kill()
        let second = try start(shop)
        try shop.append(2100..<2200, to: folder.appending("c"))
        try await shop.expectCounted(2200)
        try await eventually("nothing is left to read") { second.state?.readUpTo != nil }
        try await shop.expectCounted(2200)
        #expect(shop.database.files.count == 3, "\(shop.database.files.map(\.name))")
        #expect(shop.database.quarantined.isEmpty)
        try await second.kill()
    }

    @Test func anOpenSegmentIsReadAsFarAsItIsFlushed() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        let collector = try start(shop)
        let segment = try OpenSegment(folder.appending("20260305-040709.120345"))
        for part in 0..<5 {
            try segment.write(LogLine.text(part * 50..<part * 50 + 50))
            try await shop.expectCounted(part * 50 + 50)
        }
        try await collector.kill()
        let second = try start(shop)
        try segment.write(LogLine.text(250..<300))
        try await shop.expectCounted(300)
        try segment.seal()
        try await eventually("nothing is left to read") { second.state?.readUpTo != nil }
        try await second.kill()
    }

    @Test func aFileIsDecompressedThoughItWasMetEmpty() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        let path = folder.appending("0")
        let segment = try OpenSegment(path)
        let file = try PatternFile(path, facts: FileFacts(try path.stat()), isSealed: false, now: .zero)
        #expect(try !file.tellCompression())
        let collector = try start(shop)
        try shop.append(0..<1, to: folder.appending("1"))
        // It is open by now: it is the older one.
        try await shop.expectCounted(1)
        try segment.write(LogLine.text(1..<50))
        try await shop.expectCounted(50)
        #expect(shop.database.quarantined.isEmpty)
        #expect(try file.tellCompression() && file.head() == Array(LogLine.text(1..<50).utf8.prefix(4096)))
        try await collector.kill()
    }

    @Test func aSegmentThatACrashHasCutGivesAllThatCanBeRead() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        let segment = try OpenSegment(folder.appending("1"))
        try segment.write(LogLine.text(0..<500))
        // A line of which not all was written.
        try segment.write(String(LogLine.text(500).dropLast(30)))
        try segment.abandon()
        let collector = try start(shop)
        try shop.append(600..<601, to: folder.appending("2"))
        try await eventually("the lines are counted") { shop.database.counted.count >= 501 }
        try await eventually("the cut line is put aside, or told as it is") {
            shop.database.lines == 502 && collector.state?.readUpTo != nil
        }
        #expect(shop.database.counted.values.allSatisfy { $0 == 1 })
        try await collector.kill()
    }

    @Test func moreFilesThanAnOpeningTellsAreStillKnown() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        func start() throws -> RunningCollector {
            try self.start(shop) {
                $0.quiet = .milliseconds(20)
                $0.openFiles = 4
                $0.filesTold = 5
                $0.filesRemembered = 8
            }
        }
        let collector = try start()
        for number in 0..<30 {
            try shop.append(number * 3..<number * 3 + 3, to: folder.appending("s\(number)"))
        }
        try await shop.expectCounted(90)
        // One that is long forgotten, and has a longer head now than it was made known with.
        try shop.append(90..<93, to: folder.appending("s0"))
        try await shop.expectCounted(93)
        try await collector.kill()
        let second = try start()
        try shop.append(93..<96, to: folder.appending("s30"))
        try shop.append(96..<99, to: folder.appending("s1"))
        try await shop.expectCounted(99)
        try await eventually("nothing is left to read") { second.state?.readUpTo != nil && second.state?.lagBytes == 0 }
        try await shop.expectCounted(99)
        #expect(shop.database.files.count == 31)
        try await second.kill()
    }

    @Test func copiesThatAppearTogetherCountOnce() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        let collector = try start(shop) { $0.quiet = .milliseconds(20) }
        for number in 0..<10 {
            let text = LogLine.text(number * 10..<number * 10 + 10)
            for copy in ["a", "b", "c"] { try shop.append(text, to: folder.appending("\(copy)\(number)")) }
        }
        try await shop.expectCounted(100)
        try await eventually("nothing is left to read") {
            collector.state?.readUpTo != nil && collector.state?.lagBytes == 0
        }
        try await shop.expectCounted(100)
        #expect(shop.database.files.count == 10)
        try await collector.kill()
    }

    @Test func halfALineTellsNoFile() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        let collector = try start(shop)
        let first = LogLine.text(0..<2)
        let second = LogLine.text(2..<4)
        for (name, text) in [("a", first), ("b", second)] {
            try shop.append(String(text.prefix(15)), to: folder.appending(name))
        }
        try shop.append(4..<5, to: folder.appending("c"))
        try await eventually("the whole line is counted") { shop.database.counted.count == 1 }
        #expect(shop.database.files.count == 1)
        for (name, text) in [("b", second), ("a", first)] {
            try shop.append(String(text.dropFirst(15)), to: folder.appending(name))
        }
        try await shop.expectCounted(5)
        try await collector.kill()
    }

    @Test func aHalfLineThatNothingFollowsIsReadAsItIs() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        let collector = try start(shop)
        try shop.append(String(LogLine.text(0).dropLast()), to: folder.appending("a"))
        #expect(chmod(folder.appending("a").string, 0o444) == 0)
        try await shop.expectCounted(1)
        try await collector.kill()
    }

    @Test func whatWasCompleteBeforeTheFirstStartIsHistory() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        try shop.append(5000..<5100, to: folder.appending("old"))
        try shop.setModified(folder.appending("old"), secondsAgo: 3600)
        let collector = try start(shop)
        try shop.append(0..<100, to: folder.appending("new"))
        try await shop.expectCounted(100)
        // It grows after all: it is read whole.
        try shop.append(100..<110, to: folder.appending("old"))
        try await eventually("it is read") { shop.database.counted.count == 210 }
        try await collector.kill()
    }

    @Test func aFileThatIsRemovedIsReadToItsEnd() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        let collector = try start(shop)
        try shop.append(0..<10, to: folder.appending("a"))
        try await shop.expectCounted(10)
        shop.database.always(.fail)
        try shop.append(10..<500, to: folder.appending("a"))
        try shop.remove(folder.appending("a"))
        shop.database.always(nil)
        try await shop.expectCounted(500)
        try await collector.kill()
    }

    @Test(arguments: [RecordingDatabase.Fault.fail, .loseAcknowledgement, .refuse])
    func aBatchThatFailsIsCountedOnce(fault: RecordingDatabase.Fault) async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        let collector = try start(shop)
        for part in 0..<5 {
            if part > 0 { shop.database.next(fault) }
            try shop.append(part * 10..<part * 10 + 10, to: folder.appending("\(part % 3)"))
            try await shop.expectCounted(part * 10 + 10)
        }
        try await collector.kill()
    }

    @Test func aDamagedSegmentIsSaidAndDoesNotStopTheOthers() async throws {
        let shop = try Workshop()
        let folder = try folder(shop)
        try shop.append(0..<50_000, to: folder.appending("a"))
        #expect(try shop.run("/usr/bin/env", "zstd", "-q", "--rm", folder.appending("a").string) == 0)
        let path = folder.appending("a.zst")
        let file = try FileDescriptor.open(path, .writeOnly)
        let half = try path.stat().size / 2
        try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: half, Array(repeating: 0xff, count: 64)) }
        let collector = try start(shop)
        try shop.append(60_000..<60_100, to: folder.appending("b"))
        try await eventually("the other is read") { shop.database.counted[LogLine.id(60_099)] == 1 }
        try await eventually("it is said") { collector.says("cannot be decompressed") }
        try await eventually("its rest is given up") { collector.says("is given up") }
        #expect(shop.database.counted.count > 10_000)
        try await collector.kill()
    }
}
