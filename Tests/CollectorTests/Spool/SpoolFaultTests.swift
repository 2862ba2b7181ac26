import CollectorFixtures
import Foundation
import Glibc
import Logging
import MailEvents
import SystemPackage
import Testing

@testable import Collector

/// What becomes of a collector whose spool is damaged, full or gone.
@Suite(.serialized) struct SpoolFaultTests {
    /// A workshop whose database is away, with 2000 lines of a log that are only in the spool, in frames of 100.
    func onlySpooled() async throws -> (shop: Workshop, segment: FilePath) {
        let shop = try Workshop()
        shop.database.always(.fail)
        try shop.append(0..<100)
        let collector = shop.start()
        try await shop.expectSpooled(100)
        for start in stride(from: 100, to: 2000, by: 100) {
            try shop.append(start..<start + 100)
            try await shop.expectSpooled(start + 100)
        }
        try await collector.kill()
        try shop.remove(shop.log)
        shop.database.always(nil)
        let folder = SpoolFolder(shop.spool)
        let key = try #require(try folder.keys().first)
        return (shop, try #require(try folder.segments(of: key).first).path)
    }

    func change(_ path: FilePath, _ body: (inout Data) -> Void) throws {
        let url = URL(fileURLWithPath: path.string)
        var data = try Data(contentsOf: url)
        body(&data)
        try data.write(to: url)
    }

    @Test func aDamagedFrameIsSaidAndTheRestIsRead() async throws {
        let (shop, segment) = try await onlySpooled()
        try change(segment) { $0[$0.count / 2] ^= 0xff }
        let collector = shop.start()
        try await eventually("the rest is read") { shop.database.counted[LogLine.id(1999)] == 1 }
        try await eventually("the loss is said") { collector.says("are gone") }
        let counted = shop.database.counted
        #expect(counted.values.allSatisfy { $0 == 1 })
        #expect(counted.count >= 1700)
        #expect(counted.count < 2000)
        try await collector.kill()
    }

    @Test func aTornEndLosesOnlyTheTornFrame() async throws {
        let (shop, segment) = try await onlySpooled()
        try change(segment) { $0.removeLast(100) }
        let collector = shop.start()
        try await eventually("what is whole is read") { shop.database.counted.count >= 1900 }
        #expect(shop.database.counted.values.allSatisfy { $0 == 1 })
        try await collector.kill()
    }

    @Test func aTornEndOfWhatIsStillInTheLogLosesNothing() async throws {
        let shop = try Workshop()
        shop.database.always(.fail)
        try shop.append(0..<500)
        let collector = shop.start()
        try await shop.expectSpooled(500)
        try await collector.kill()
        let folder = SpoolFolder(shop.spool)
        let key = try #require(try folder.keys().first)
        try change(try #require(try folder.segments(of: key).first).path) { $0.removeLast(50) }
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try shop.append(500..<600)
        shop.database.always(nil)
        try await shop.startAndExpect(600)
    }

    @Test func aSpoolThatIsDeletedWhileItIsUsedIsBegunAnew() async throws {
        let shop = try await Workshop.withCounted(100)
        shop.database.always(.fail)
        let collector = shop.start()
        try shop.append(100..<200)
        try await shop.expectSpooled(200)
        try shop.remove(shop.spool)
        try shop.append(200..<300)
        try await shop.expectSpooled(300)
        try await collector.kill()
        try shop.remove(shop.log)
        shop.database.always(nil)
        let second = shop.start()
        try await shop.expectCounted(300)
        try await second.kill()
    }

    @Test func aSpoolThatCannotBeMadeIsSaidAndTheLogStillFollowed() async throws {
        let shop = try Workshop()
        try shop.append("a file where the folder should be", to: shop.spool)
        try shop.append(0..<100)
        let collector = shop.start()
        try await shop.expectCounted(100)
        try await eventually("it is said") { collector.says("spool") }
        try await collector.kill()
    }

    @Test func aFullDiskUnderTheSpoolIsSaidAndGotOver() async throws {
        let shop = try Workshop()
        try SpoolFile.makeFolder(shop.spool)
        try #require(getuid() == 0, "a small file system can only be mounted by root")
        try #require(mount("tmpfs", shop.spool.string, "tmpfs", 0, "size=64k") == 0)
        defer { umount2(shop.spool.string, Int32(MNT_DETACH)) }
        shop.database.always(.fail)
        let collector = shop.start()
        try shop.append(0..<20_000)
        try await eventually("it is said") { collector.says("No space left") }
        try #require(mount("tmpfs", shop.spool.string, "tmpfs", UInt(MS_REMOUNT), "size=16m") == 0)
        try await shop.expectSpooled(20_000)
        try await eventually("all is well again") { !collector.says("No space") }
        try await collector.kill()
        try shop.remove(shop.log)
        shop.database.always(nil)
        let second = shop.start()
        try await shop.expectCounted(20_000)
        try await second.kill()
    }

    /// A log that is open can be spooled later, whatever becomes of its name.
    @Test func logsAreOpenedThoughTheSpoolsDiskDoesNotAnswer() async throws {
        let shop = try Workshop()
        let spooler = Spooler(settings: shop.settings.spool, time: .system)
        let source = SourceDescription(node: "mx1", name: shop.log.string, format: .postfix)
        let status = SourceStatus(source, logger: Logger(label: "test") { _ in TestLog.handler })
        let follower = LogFollower(settings: shop.settings, spooler: spooler, time: .system, status: status)
        await follower.setWriterAway(true)
        try shop.append(0..<10)
        let work = Task { await follower.maintain() }
        try await shop.expectSpooled(10)
        let spool = SimulatedSpool(spooler)
        spool.hold()
        for rotation in 1..<4 {
            try shop.rename(shop.log, shop.path("mail.log.1"))
            try shop.append(rotation * 10..<rotation * 10 + 10)
            try await eventually("log \(rotation) is open") { await follower.openLogs == rotation + 1 }
            try shop.remove(shop.path("mail.log.1"))
        }
        await spool.release()
        for rotation in 1..<4 { try await shop.expectSpooled(rotation * 10 + 10) }
        work.cancel()
        await work.value
        await follower.close()
        try shop.remove(shop.log)
        let collector = shop.start()
        try await shop.expectCounted(40)
        try await collector.kill()
    }

    @Test func aSpoolKeepsToItsBoundAndToWhatIsNotCommitted() async throws {
        let shop = try Workshop()
        var settings = shop.settings
        settings.spool.limit = (1 << 20) + 20_000
        shop.database.always(.fail)
        let collector = shop.start(settings)
        try shop.append(0..<20_000)
        try await eventually("it is said") { collector.says("is full") }
        #expect((collector.state?.spoolBytes ?? .max) <= settings.spool.limit)
        // From the log itself nothing is lost.
        shop.database.always(nil)
        try await shop.expectCounted(20_000)
        try await eventually("what is committed makes room") {
            !collector.says("is full")
        }
        try await collector.kill()
    }

    @Test func whatIsCommittedAndOldIsRemoved() async throws {
        let shop = try Workshop()
        var settings = shop.settings
        settings.spool.keep = .zero
        settings.spool.retention = .milliseconds(50)
        let collector = shop.start(settings)
        for part in 0..<3 {
            try shop.append(part * 100..<part * 100 + 100)
            try await shop.expectCounted(part * 100 + 100)
            try shop.rename(shop.log, shop.path("mail.log.\(part)"))
        }
        try shop.append(300..<301)
        try await shop.expectCounted(301)
        try await eventually("only logs at hand are left") { try SpoolFolder(shop.spool).keys().count <= 4 }
        try await collector.kill()
        // After a start nothing of the rotated logs is being written.
        let second = shop.start(settings)
        try await eventually("the rotated logs' spool is gone") { try SpoolFolder(shop.spool).keys().count <= 1 }
        try await second.kill()
    }
}

extension LogFollower {
    fileprivate var openLogs: Int { logs.count { $0.isLive } }
}
