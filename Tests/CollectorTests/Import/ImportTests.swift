import CollectorFixtures
import Foundation
import MailEvents
import Synchronization
import SystemPackage
import Testing

@testable import Collector

/// Archived logs: each line once, whatever was imported or followed before.
@Suite struct ImportTests {
    @discardableResult
    private func importing(
        _ shop: Workshop,
        _ names: String...,
        wish: @escaping @Sendable () -> ImportWish = { .goOn },
        tell: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws -> [ImportOutcome] {
        var limits = BatchLimits()
        limits.rows = 100
        let work = ArchiveImport(
            node: "mx1",
            format: .postfix,
            zone: .utc,
            limits: limits,
            writer: RecordingWriter(shop.database),
            isFullSpeed: true,
            wish: wish,
            tell: tell
        )
        return try await work.run(names.map { try ArchiveFacts(shop.path($0)) })
    }

    @Test func theNewestFileIsCountedFirst() async throws {
        let shop = try Workshop()
        for (index, name) in ["a", "b", "c"].enumerated() {
            try shop.append(index * 200..<index * 200 + 200, to: shop.path(name))
            try shop.setModified(shop.path(name), secondsAgo: [500, 100, 900][index])
        }
        let outcomes = try await importing(shop, "a", "b", "c")
        #expect(outcomes.map(\.events) == [200, 200, 200])
        #expect(shop.database.files.map { FilePath($0.name).lastComponent?.string } == ["b", "a", "c"])
        try await shop.expectCounted(600)
    }

    @Test func theSameFileAndItsCompressedCopyCountOnce() async throws {
        let shop = try Workshop()
        try shop.append(0..<500, to: shop.path("a"))
        try FileManager.default.copyItem(atPath: shop.path("a").string, toPath: shop.path("b").string)
        try shop.run("/usr/bin/gzip", shop.path("b").string)
        #expect(try await importing(shop, "a").map(\.result) == [.imported])
        #expect(try await importing(shop, "a", "b.gz").map(\.result) == [.alreadyCounted, .alreadyCounted])
        try await shop.expectCounted(500)
    }

    @Test(arguments: ["gzip", "bzip2", "xz", "zstd"])
    func everyCompressionCountsOnceWhatItHolds(program: String) async throws {
        let shop = try Workshop()
        try shop.append(0..<3000, to: shop.path("a"))
        try shop.run("/usr/bin/env", program, "-q", "-k", shop.path("a").string)
        let names = ["gzip": "a.gz", "bzip2": "a.bz2", "xz": "a.xz", "zstd": "a.zst"]
        let name = try #require(names[program])
        #expect(try await importing(shop, name).map(\.events) == [3000])
        #expect(try await importing(shop, "a", name).map(\.result) == [.alreadyCounted, .alreadyCounted])
        try await shop.expectCounted(3000)
    }

    @Test func whatIsWishedIsDoneBetweenTwoBatches() async throws {
        let shop = try Workshop()
        try shop.append(0..<2000, to: shop.path("a"))
        try shop.append(2000..<2100, to: shop.path("b"))
        try shop.setModified(shop.path("b"), secondsAgo: 500)
        // Rests after the first batch, and is cancelled after the next.
        let wish = Mutex(ImportWish.goOn)
        let rested = Mutex<Int64?>(nil)
        let task = Task {
            try await importing(
                shop,
                "a",
                "b",
                wish: { wish.withLock { $0 } },
                tell: { progress in
                    guard progress.lines > 0, progress.waiting != "paused" else { return }
                    let first = rested.withLock { rested in
                        if rested == nil { rested = progress.events }
                        return rested
                    }
                    wish.withLock { $0 = progress.events == first ? .pause : .cancel }
                }
            )
        }
        try await eventually("it rests") { wish.withLock { $0 } == .pause }
        #expect(rested.withLock { $0 } == Int64(shop.database.counted.count))
        wish.withLock { $0 = .goOn }
        let outcomes = try await task.value
        #expect(outcomes.map(\.result) == [.cancelled])
        #expect(outcomes.map(\.events) == [Int64(shop.database.counted.count)])
        #expect(shop.database.counted.count < 2000)
        try await importing(shop, "a", "b")
        try await shop.expectCounted(2100)
    }

    @Test func howFarItIsTellsWhatWasCountedBefore() async throws {
        let shop = try Workshop()
        try shop.append(0..<300, to: shop.path("a"))
        try await importing(shop, "a")
        let before = try ArchiveFacts(shop.path("a")).size
        try shop.append(300..<1000, to: shop.path("a"))
        try shop.append(1000..<1100, to: shop.path("b"))
        try shop.setModified(shop.path("b"), secondsAgo: 500)
        let newest = Mutex(ImportProgress())
        try await importing(shop, "a", "b", tell: { progress in newest.withLock { $0 = progress } })
        let progress = newest.withLock { $0 }
        #expect(progress.passedBytes == before)
        #expect(progress.doneBytes == progress.totalBytes)
        #expect(progress.filesDone == 2 && progress.files == 2)
        #expect(progress.events == 800)
    }

    @Test func aFileThatIsGoneWhenItsTurnComesIsSaid() async throws {
        let shop = try Workshop()
        try shop.append(0..<200, to: shop.path("a"))
        try shop.append(200..<300, to: shop.path("b"))
        try shop.setModified(shop.path("b"), secondsAgo: 500)
        let gone = shop.path("b")
        let outcomes = try await importing(shop, "a", "b", tell: { if $0.lines > 0 { unlink(gone.string) } })
        #expect(outcomes.map(\.events) == [200, 0])
        #expect(outcomes.map { if case .failed = $0.result { true } else { false } } == [false, true])
    }

    @Test func whatWasFollowedIsNotCountedAgainAndItsRestIs() async throws {
        let shop = try await Workshop.withCounted(300)
        #expect(try await importing(shop, "mail.log").map(\.result) == [.alreadyCounted])
        try shop.append(300..<450)
        #expect(try await importing(shop, "mail.log").map(\.events) == [150])
        try shop.append(450..<500)
        try await shop.startAndExpect(500)
    }

    @Test func whatWasImportedIsNotCountedAgainWhenItIsFollowed() async throws {
        let shop = try Workshop()
        try shop.append(0..<300)
        try await importing(shop, "mail.log")
        try shop.append(300..<350)
        try await shop.startAndExpect(350)
        #expect(shop.database.files.count == 1)
    }

    @Test func countedFilesThatWereJoinedArePassedOver() async throws {
        let shop = try Workshop()
        try shop.append(0..<200, to: shop.path("a"))
        try shop.append(200..<400, to: shop.path("b"))
        try await importing(shop, "a", "b")
        try shop.append(0..<700, to: shop.path("joined"))
        #expect(try await importing(shop, "joined").map(\.events) == [300])
        try await shop.expectCounted(700)
        #expect(try await importing(shop, "joined", "a", "b").map(\.events) == [0, 0, 0])
        try await shop.expectCounted(700)
    }

    @Test func anImportThatIsKilledGoesOnWhereItWas() async throws {
        let shop = try Workshop()
        try shop.append(0..<2000, to: shop.path("a"))
        for kill in 1..<6 {
            let task = Task { try await importing(shop, "a") }
            try await eventually("some of it is counted") { shop.database.counted.count >= kill * 200 }
            task.cancel()
            _ = await task.result
        }
        try await importing(shop, "a")
        try await shop.expectCounted(2000)
        #expect(shop.database.files.count == 1)
    }

    @Test func lostAnswersAndAbsencesCountNothingTwice() async throws {
        let shop = try Workshop()
        try shop.append(0..<1000, to: shop.path("a"))
        shop.database.next(.loseAcknowledgement, .fail, .loseAcknowledgement, .refuse, .loseAcknowledgement)
        let outcomes = try await importing(shop, "a")
        // What was counted though the answer was lost is told as counted.
        #expect(outcomes.map(\.result) == [.imported])
        #expect(outcomes.map(\.events) == [1000])
        try await shop.expectCounted(1000)
    }

    @Test func aFileThatDiffersFromWhatIsCountedIsRefused() async throws {
        let shop = try Workshop()
        try shop.append(0..<300, to: shop.path("a"))
        try shop.append(0..<100, to: shop.path("b"))
        try shop.append(1000..<1300, to: shop.path("b"))
        let outcomes = try await importing(shop, "a", "b")
        #expect(outcomes.count { if case .failed = $0.result { true } else { false } } == 1)
        #expect(shop.database.counted.values.allSatisfy { $0 == 1 })
    }

    @Test func aDamagedArchiveIsSaidAndTheNextIsRead() async throws {
        let shop = try Workshop()
        try shop.append(0..<5000, to: shop.path("a"))
        try shop.run("/usr/bin/gzip", shop.path("a").string)
        let path = shop.path("a.gz").string
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: path)
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        #expect(truncate(path, size / 2) == 0)
        try shop.append(5000..<5100, to: shop.path("b"))
        let outcomes = try await importing(shop, "a.gz", "b")
        #expect(outcomes.map(\.events)[0] == 100 || outcomes.map(\.events)[1] == 100)
        #expect(outcomes.count { if case .failed = $0.result { true } else { false } } == 1)
    }
}

@Suite struct ImportPaceTests {
    @Test func halfOfTheTimeIsLeftToOthers() {
        var pace = ImportPace()
        #expect(pace.pause(after: .milliseconds(80)) == ImportPace.Pause(duration: .milliseconds(80), reason: nil))
    }

    @Test func aSlowDatabaseIsLeftAloneAndThatIsSaid() {
        var pace = ImportPace()
        _ = pace.pause(after: .milliseconds(50))
        let pause = pace.pause(after: .milliseconds(1500))
        #expect(pause.duration == .seconds(6))
        #expect(pause.reason == "the database takes 1.5 s a batch: live collection goes first")
        #expect(pace.pause(after: .milliseconds(60)).reason == nil)
    }

    @Test func atFullSpeedItNeverWaits() {
        var pace = ImportPace(isFull: true)
        _ = pace.pause(after: .milliseconds(50))
        #expect(pace.pause(after: .seconds(3)) == ImportPace.Pause(duration: .zero, reason: nil))
    }
}
