import CollectorFixtures
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Collector

/// What happened to a log while no collector was running.
@Suite(.serialized) struct RestartTests {
    @Test func readingGoesOnWhereItWasCounted() async throws {
        let shop = try Workshop()
        var end = 0
        for _ in 0..<8 {
            let collector = shop.start()
            try shop.append(end..<end + 300)
            end += 300
            // Killed at some moment: nothing, some or all of it may be counted.
            try await eventually("some of it is counted") { shop.database.counted.count > end - 300 }
            try await collector.kill()
        }
        let collector = shop.start()
        try await shop.expectCounted(end)
        try await collector.kill()
    }

    @Test func aLogThatWasRenamedMeanwhileIsReadToItsEnd() async throws {
        let shop = try await Workshop.withCounted(100)
        try shop.append(100..<150)
        try shop.rename(shop.log, shop.path("mail.log-20261122"))
        try shop.append(150..<200)
        try await shop.startAndExpect(200)
    }

    @Test func logsThatWereBornAndRotatedMeanwhileAreRead() async throws {
        let shop = try await Workshop.withCounted(100)
        try shop.append(100..<150)
        try shop.rename(shop.log, shop.path("mail.log.2"))
        try shop.append(150..<200)
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try shop.append(200..<250)
        try await shop.startAndExpect(250)
        #expect(shop.database.files.count == 3)
    }

    @Test func compressedLogsAreReadFromWhereTheyWereCounted() async throws {
        let shop = try await Workshop.withCounted(5000)
        try shop.append(5000..<6000)
        try shop.rename(shop.log, shop.path("mail.log.2"))
        try shop.run("/usr/bin/gzip", shop.path("mail.log.2").string)
        try shop.append(6000..<7000)
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try shop.run("/usr/bin/zstd", "-q", "--rm", shop.path("mail.log.1").string)
        try shop.append(7000..<7100)
        try await shop.startAndExpect(7100)
    }

    @Test func aCopiedAndCutLogIsReadFromItsCopy() async throws {
        let shop = try await Workshop.withCounted(100)
        try shop.append(100..<150)
        try FileManager.default.copyItem(atPath: shop.log.string, toPath: shop.path("mail.log.1").string)
        try shop.truncate(shop.log)
        try shop.append(150..<900)
        try await shop.startAndExpect(900)
    }

    @Test func whatIsReadThroughIsNotReadAgain() async throws {
        let shop = try await Workshop.withCounted(100)
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try shop.run("/usr/bin/gzip", shop.path("mail.log.1").string)
        try shop.append(100..<110)
        try await shop.startAndExpect(110)
        try shop.rename(shop.path("mail.log.1.gz"), shop.path("mail.log.2.gz"))
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try shop.append(110..<120)
        try await shop.startAndExpect(120)
        #expect(shop.database.files.count == 3)
    }

    @Test func olderLogsAreLeftForAnImport() async throws {
        let shop = try Workshop()
        try shop.append(900..<1000, to: shop.path("mail.log.1"))
        try shop.setModified(shop.path("mail.log.1"), secondsAgo: 3600)
        try shop.append(0..<100)
        try await shop.startAndExpect(100)
    }

    @Test func anInodeThatIsUsedAgainIsANewLog() async throws {
        let shop = try await Workshop.withCounted(100)
        let inode = try shop.log.stat().inode
        try shop.remove(shop.log)
        // Tried until the file system gives the inode again, if it ever does.
        for attempt in 0..<50 {
            try shop.append(100..<400)
            if try shop.log.stat().inode == inode { break }
            try shop.rename(shop.log, shop.path("other\(attempt)"))
        }
        if case .missing = PathFacts.look(at: shop.log) { try shop.append(100..<400) }
        try await shop.startAndExpect(400)
    }

    @Test func aHalfLineIsReadWholeAfterARestart() async throws {
        let shop = try await Workshop.withCounted(10)
        let line = LogLine.text(10)
        try shop.append(String(line.prefix(50)))
        try await shop.startAndExpect(10)
        try shop.append(String(line.dropFirst(50)))
        try await shop.startAndExpect(11)
        #expect(shop.database.quarantined.isEmpty)
    }

    @Test func aDatabaseThatIsPutBackGetsTheRestAgain() async throws {
        let shop = try await Workshop.withCounted(100)
        let earlier = shop.database.snapshot
        try shop.append(100..<200)
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try shop.append(200..<300)
        try await shop.startAndExpect(300)
        shop.database.change { files, counted in
            (files, counted) = earlier
        }
        try await shop.startAndExpect(300)
    }

    @Test func aShorterCopyThatIsTheSameIsCounted() async throws {
        let shop = try await Workshop.withCounted(400)
        try shop.remove(shop.spool)
        try shop.remove(shop.log)
        try shop.append(0..<250, to: shop.path("mail.log.1"))
        try shop.append(400..<410)
        let collector = shop.start()
        try await shop.expectCounted(410)
        try await eventually("nothing is left to read") { collector.state?.readUpTo != nil }
        #expect(!collector.says("does not hold"))
        try await collector.kill()
    }

    /// What only the database knows is told by its marks: what differs is counted from the next of them.
    @Test func aShorterCopyThatDiffersIsNotTakenForCounted() async throws {
        let shop = try await Workshop.withCounted(400)
        try shop.remove(shop.spool)
        try shop.remove(shop.log)
        try shop.append(0..<100, to: shop.path("mail.log.1"))
        try shop.append(1000..<1150, to: shop.path("mail.log.1"))
        let collector = shop.start()
        try await eventually("its end is read") { shop.database.counted[LogLine.id(1149)] == 1 }
        try await eventually("it is said") { collector.says("does not hold") }
        let counted = shop.database.counted
        #expect(counted.values.allSatisfy { $0 == 1 })
        #expect(counted.count >= 480)
        try await collector.kill()
    }

    @Test func aLogThatLostItsNewestBytesIsNotCountedAgain() async throws {
        let shop = try await Workshop.withCounted(1000)
        // As after a loss of power: the file is shorter than what was read of it, and then goes on differently.
        let kept = LogLine.text(0..<900).utf8.count
        #expect(Glibc.truncate(shop.log.string, kept) == 0)
        try await shop.startAndExpect(1000)
        try shop.append(1000..<1100)
        try await shop.startAndExpect(1100)
        try shop.append(1100..<1200)
        try await shop.startAndExpect(1200)
    }
}
