import CollectorFixtures
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Collector

/// What is received is on the disk before that is said, and counts once, whatever happens.
@Suite struct ReceptionTests {
    @Test func whatIsReceivedIsCounted() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        let collector = shop.start(spool)
        #expect(await spool.append(0..<500) == .stored)
        #expect(await spool.append(500..<1000) == .stored)
        try await shop.expectCounted(1000)
        try await eventually("nothing is left to read") { collector.state?.readUpTo != nil }
        try await collector.kill()
    }

    @Test func manyThatSendAtOnceAreAllReceived() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        let collector = shop.start(spool)
        let refused = await withTaskGroup(of: ReceptionOutcome.self) { group in
            for part in 0..<200 {
                group.addTask { await spool.append(part * 10..<part * 10 + 10, of: "batch \(part)") }
            }
            return await group.reduce(0) { $0 + ($1 == .stored ? 0 : 1) }
        }
        #expect(refused == 0)
        try await shop.expectCounted(2000)
        try await collector.kill()
    }

    @Test func whatIsReceivedWithoutTheDatabaseIsCountedLater() async throws {
        let shop = try Workshop()
        shop.database.always(.fail)
        let spool = shop.reception()
        let collector = shop.start(spool)
        #expect(await spool.append(0..<3000) == .stored)
        try await collector.kill()
        shop.database.always(nil)
        let again = shop.reception()
        #expect(await again.append(3000..<3100) == .stored)
        let second = shop.start(again)
        try await shop.expectCounted(3100)
        try await second.kill()
    }

    @Test func moreThanMemoryHoldsIsReadFromTheSpool() async throws {
        let shop = try Workshop()
        shop.database.always(.fail)
        let spool = shop.reception()
        for part in 0..<20 { #expect(await spool.append(part * 2500..<part * 2500 + 2500) == .stored) }
        shop.database.always(nil)
        let collector = shop.start(spool)
        try await shop.expectCounted(50_000)
        try await collector.kill()
    }

    @Test func aRequestThatIsSentAgainCountsOnce() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        #expect(await spool.append(0..<10, of: "a") == .stored)
        #expect(await spool.append(10..<20, of: "b") == .stored)
        #expect(await spool.append(0..<10, of: "a") == .known)
        await spool.close()
        let again = shop.reception()
        #expect(await again.append(10..<20, of: "b") == .known)
        #expect(await again.append(20..<30, of: "c") == .stored)
        let collector = shop.start(again)
        try await shop.expectCounted(30)
        try await collector.kill()
    }

    @Test func requestsAreForgottenOldestFirstAndNeverTheNewest() async throws {
        let shop = try Workshop()
        let spool = shop.reception { $0.rememberedRequests = 20 }
        for number in 0..<70 { #expect(await spool.append(number..<number + 1, of: "\(number)") == .stored) }
        #expect(await spool.append(0..<1, of: "0") == .stored)
        #expect(await spool.append(69..<70, of: "69") == .known)
        #expect(await spool.append(51..<52, of: "51") == .known)
        let names = try FileManager.default.contentsOfDirectory(atPath: shop.spool.string)
        #expect(names.filter { $0.hasPrefix("requests-") }.count == 2)
    }

    @Test func aTornRequestWasNeverReceived() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        #expect(await spool.append(0..<10, of: "a") == .stored)
        // Frames hold a mebibyte: this request takes several.
        #expect(await spool.append(10..<20_000, of: "b") == .stored)
        await spool.close()
        let segment = try #require(try shop.segments().last)
        let size = try segment.path.stat().size
        #expect(truncate(segment.path.string, Int(size - 100)) == 0)
        let again = shop.reception()
        #expect(await again.append(0..<10, of: "a") == .known)
        #expect(await again.append(10..<20_000, of: "b") == .stored)
        let collector = shop.start(again)
        try await shop.expectCounted(20_000)
        try await collector.kill()
    }

    @Test func aTornEndOfTheLedgerForgetsOnlyWhatIsTorn() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        #expect(await spool.append(0..<10, of: "a") == .stored)
        #expect(await spool.append(10..<20, of: "b") == .stored)
        await spool.close()
        let ledger = shop.spool.appending("requests-1")
        #expect(truncate(ledger.string, Int(try ledger.stat().size) - 7) == 0)
        let again = shop.reception()
        #expect(await again.append(0..<10, of: "a") == .known)
    }

    @Test func aDamagedFrameIsSaidAndTheRestIsRead() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        for part in 0..<10 { #expect(await spool.append(part * 100..<part * 100 + 100) == .stored) }
        await spool.close()
        let path = try #require(try shop.segments().last).path
        let url = URL(fileURLWithPath: path.string)
        var data = try Data(contentsOf: url)
        data[data.count / 2] ^= 0xff
        try data.write(to: url)
        let again = shop.reception()
        let collector = shop.start(again)
        try await eventually("the rest is read") { shop.database.counted[LogLine.id(999)] == 1 }
        try await eventually("the loss is said") { collector.says("are gone") }
        #expect(shop.database.counted.values.allSatisfy { $0 == 1 })
        #expect(shop.database.counted.count >= 899)
        try await collector.kill()
    }

    @Test func aSpoolThatIsLostIsAnotherLog() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        let collector = shop.start(spool)
        #expect(await spool.append(0..<100) == .stored)
        try await shop.expectCounted(100)
        try await collector.kill()
        try shop.remove(shop.spool)
        let again = shop.reception()
        let second = shop.start(again)
        #expect(await again.append(100..<200) == .stored)
        try await shop.expectCounted(200)
        #expect(shop.database.files.count == 2)
        try await second.kill()
    }

    @Test func aDatabaseOfAnEarlierTimeCountsTheRestAgain() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        let collector = shop.start(spool)
        #expect(await spool.append(0..<100) == .stored)
        try await shop.expectCounted(100)
        let earlier = shop.database.snapshot
        #expect(await spool.append(100..<200) == .stored)
        try await shop.expectCounted(200)
        shop.database.change {
            $0 = earlier.files; $1 = earlier.counted
        }
        #expect(await spool.append(200..<300) == .stored)
        try await shop.expectCounted(300)
        try await collector.kill()
    }

    @Test(arguments: [RecordingDatabase.Fault.fail, .loseAcknowledgement, .refuse])
    func aBatchThatFailsIsCountedOnce(fault: RecordingDatabase.Fault) async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        let collector = shop.start(spool)
        #expect(await spool.append(0..<10) == .stored)
        try await shop.expectCounted(10)
        for part in 1..<4 {
            shop.database.next(fault)
            #expect(await spool.append(part * 10..<part * 10 + 10) == .stored)
            try await shop.expectCounted(part * 10 + 10)
        }
        try await collector.kill()
    }
}
