import CollectorFixtures
import Foundation
import SystemPackage
import Testing

@testable import Collector

/// Every way in which a log is rotated while a collector follows it.
@Suite struct RotationTests {
    @Test func aRenamedLogIsReadToItsEndAndItsSuccessorToo() async throws {
        let shop = try Workshop()
        try shop.append(0..<100)
        let collector = shop.start()
        try await shop.expectCounted(100)
        try shop.append(100..<150)
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try shop.append(150..<200)
        try await shop.expectCounted(200)
        try await collector.kill()
    }

    @Test func aWriterThatKeepsTheRenamedFileIsStillRead() async throws {
        let shop = try Workshop()
        try shop.append(0..<100)
        let collector = shop.start()
        try await shop.expectCounted(100)
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try shop.append(100..<110)
        try await shop.expectCounted(110)
        // That this line is taken without its end shows that the log is taken as finished.
        try shop.append(String(LogLine.text(110).dropLast()), to: shop.path("mail.log.1"))
        try await shop.expectCounted(111)
        try shop.append("\n" + LogLine.text(111..<120), to: shop.path("mail.log.1"))
        try await shop.expectCounted(120)
        try await collector.kill()
    }

    @Test func aLogThatIsCutGoesOnFromItsCopy() async throws {
        let shop = try Workshop()
        try shop.append(0..<100)
        let collector = shop.start()
        try await shop.expectCounted(100)
        // What `copytruncate` does, with lines that nobody has read yet.
        try shop.append(100..<5000)
        try FileManager.default.copyItem(atPath: shop.log.string, toPath: shop.path("mail.log.1").string)
        try shop.truncate(shop.log)
        try shop.append(5000..<5100)
        try await shop.expectCounted(5100)
        try await collector.kill()
    }

    @Test func aCutThatHasGrownPastThePositionIsNoticed() async throws {
        let shop = try Workshop()
        try shop.append(0..<100)
        let collector = shop.start()
        try await shop.expectCounted(100)
        // In one step, as if the collector had not looked for a while: the file is longer than before.
        let grown = LogLine.text(100..<400)
        try shop.overwrite(shop.log, grown)
        try await shop.expectCounted(400)
        try await collector.kill()
    }

    @Test func aCutThatHasComeToTheSameSizeIsNoticed() async throws {
        let shop = try Workshop()
        try shop.append(0..<100)
        let collector = shop.start()
        try await shop.expectCounted(100)
        try FileManager.default.copyItem(atPath: shop.log.string, toPath: shop.path("mail.log.1").string)
        try shop.append(1000..<1100, to: shop.path("mail.log.1"))
        let size = try shop.log.stat().size
        var next = LogLine.text(100..<200)
        next = String(next.prefix(Int(size) - 1)) + "\n"
        try shop.overwrite(shop.log, next)
        try await eventually("both are counted") {
            shop.database.counted[LogLine.id(1099)] == 1 && shop.database.counted[LogLine.id(190)] == 1
        }
        #expect(shop.database.counted.values.allSatisfy { $0 == 1 })
        try await collector.kill()
    }

    @Test func aCutLogThatBeginsWithTheSameBytesIsANewOne() async throws {
        let shop = try Workshop()
        try shop.append(0..<100)
        let collector = shop.start()
        try await shop.expectCounted(100)
        try shop.truncate(shop.log)
        try await eventually("the cut is seen") { (collector.state?.lagBytes ?? 1) == 0 }
        try shop.append(0..<10)
        try await eventually("its lines count again") { shop.database.counted[LogLine.id(9)] == 2 }
        try await collector.kill()
    }

    @Test func aDeletedLogIsReadToItsEndAndTheNextOneWaitedFor() async throws {
        let shop = try Workshop()
        try shop.append(0..<100)
        let collector = shop.start()
        try await shop.expectCounted(100)
        try shop.append(100..<120)
        try shop.remove(shop.log)
        try await eventually("the absence is said") {
            collector.says("does not exist")
        }
        try await shop.expectCounted(120)
        try shop.append(120..<130)
        try await shop.expectCounted(130)
        try await eventually("all is well again") { collector.state?.problems == [] }
        try await collector.kill()
    }

    @Test func anInodeThatIsUsedAgainIsANewLog() async throws {
        let shop = try Workshop()
        var next = 0
        let collector = shop.start()
        // ext4 gives the inode of a deleted file to the next one, once nobody has it open.
        for _ in 0..<5 {
            try shop.append(next..<next + 50)
            next += 50
            try await shop.expectCounted(next)
            try shop.remove(shop.log)
        }
        try await collector.kill()
    }

    @Test func aLastLineWithoutItsEndIsTakenOnceTheLogIsFinished() async throws {
        let shop = try Workshop()
        try shop.append(0..<10)
        try shop.append(String(LogLine.text(10).dropLast()))
        let collector = shop.start()
        try await shop.expectCounted(10)
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try await shop.expectCounted(11)
        try await collector.kill()
    }

    @Test func aHalfLineWaitsForItsOtherHalf() async throws {
        let shop = try Workshop()
        let line = LogLine.text(0)
        try shop.append(String(line.prefix(40)))
        let collector = shop.start()
        try await eventually("it is being followed") { collector.state?.writing == .writing }
        try shop.append(String(line.dropFirst(40)))
        try await shop.expectCounted(1)
        #expect(shop.database.quarantined.isEmpty)
        try await collector.kill()
    }

    @Test func aDirectoryAtThePathIsSaidAndGotOver() async throws {
        let shop = try Workshop()
        try FileManager.default.createDirectory(atPath: shop.log.string, withIntermediateDirectories: false)
        let collector = shop.start()
        try await eventually("it is said") { collector.says("is a directory") }
        try shop.remove(shop.log)
        try shop.append(0..<10)
        try await shop.expectCounted(10)
        try await eventually("all is well again") { collector.state?.problems == [] }
        try await collector.kill()
    }
}
