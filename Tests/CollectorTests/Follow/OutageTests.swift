import CollectorFixtures
import Foundation
import SystemPackage
import Testing

@testable import Collector

/// The database is away, refuses, hangs, or loses its answers.
@Suite(.serialized) struct OutageTests {
    @Test func aLostAcknowledgementCountsNothingTwice() async throws {
        let shop = try await Workshop.withCounted(100)
        shop.database.next(.loseAcknowledgement, .fail, .loseAcknowledgement)
        let collector = shop.start()
        for part in 1..<20 {
            try shop.append(part * 100..<part * 100 + 100)
            try await shop.expectCounted(part * 100 + 100)
        }
        try await collector.kill()
    }

    @Test func aRegistrationThatIsNotAcknowledgedIsFoundAgain() async throws {
        let shop = try Workshop()
        try shop.append(0..<100)
        shop.database.next(.loseAcknowledgement)
        try await shop.startAndExpect(100)
        #expect(shop.database.files.count == 1)
    }

    @Test func aRefusedBatchIsSentAgain() async throws {
        let shop = try await Workshop.withCounted(100)
        shop.database.always(.refuse)
        let collector = shop.start()
        try shop.append(100..<200)
        try await eventually("the refusal is shown") {
            if case .refused = collector.state?.writing { return true }
            return false
        }
        try await eventually("what is read is made safe") { (collector.state?.spoolBytes ?? 0) > 0 }
        shop.database.always(nil)
        try await shop.expectCounted(200)
        try await eventually("all is well again") { collector.state?.writing == .writing }
        try await collector.kill()
    }

    @Test func anOutageIsShownAndGotOver() async throws {
        let shop = try await Workshop.withCounted(100)
        let collector = shop.start()
        try await eventually("it writes") { collector.state?.writing == .writing }
        shop.database.always(.fail)
        try shop.append(100..<200)
        try await eventually("it is shown") {
            if case .away = collector.state?.writing { return true }
            return false
        }
        shop.database.always(nil)
        try await shop.expectCounted(200)
        try await eventually("all is well again") { collector.state?.problems == [] }
        try await collector.kill()
    }

    @Test func twoCollectorsOfOneSourceCountNothingTwice() async throws {
        let shop = try Workshop()
        var settings = shop.settings
        let first = shop.start()
        settings.spool.folder = SpoolFolder(shop.path("spool2"))
        let second = shop.start(settings)
        for part in 0..<20 { try shop.append(part * 50..<part * 50 + 50) }
        try await shop.expectCounted(1000)
        try await first.kill()
        try await second.kill()
        try await shop.expectCounted(1000)
    }

    /// The main promise: the log is rotated twice, compressed and deleted while the database is away, and the
    /// collector is killed and started again in between.
    @Test(arguments: [false, true])
    func nothingIsLostWhileTheDatabaseIsAway(hangs: Bool) async throws {
        let shop = try await Workshop.withCounted(1000)
        shop.database.always(hangs ? .hang : .fail)
        for generation in 0..<3 {
            let start = 1000 + generation * 3000
            var collector = shop.start()
            try shop.append(start..<start + 1000)
            try await shop.expectSpooled(start + 1000)
            try await collector.kill()
            collector = shop.start()
            try shop.append(start + 1000..<start + 2000)
            try shop.rename(shop.log, shop.path("mail.log.1"))
            try shop.append(start + 2000..<start + 2500, to: shop.path("mail.log.1"))
            try await shop.expectSpooled(start + 2500)
            try shop.append(start + 2500..<start + 3000)
            try await shop.expectSpooled(start + 3000)
            if generation == 1 { try await collector.kill() }
            try shop.run("/usr/bin/gzip", shop.path("mail.log.1").string)
            try shop.remove(shop.path("mail.log.1.gz"))
            if generation != 1 { try await collector.kill() }
        }
        try shop.remove(shop.log)
        #expect(shop.database.counted.count == 1000)
        shop.database.always(nil)
        try shop.append(10_000..<10_100)
        try await shop.startAndExpect(10_100)
        #expect(shop.database.quarantined.isEmpty)
    }

    @Test func aFirstStartWithoutTheDatabaseLosesNothing() async throws {
        let shop = try Workshop()
        shop.database.always(.fail)
        try shop.append(0..<100)
        let collector = shop.start()
        try await shop.expectSpooled(100)
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try shop.append(100..<200)
        try await shop.expectSpooled(200)
        try await collector.kill()
        try shop.remove(shop.path("mail.log.1"))
        shop.database.always(nil)
        try await shop.startAndExpect(200)
    }

    /// A log that was seen empty first, and was cut before anything of it was read, is known by what was spooled.
    @Test func cutsWhileTheDatabaseIsAwayCountNothingTwice() async throws {
        let shop = try await Workshop.withCounted(100)
        shop.database.always(.fail)
        let collector = shop.start()
        for part in 1..<5 {
            try shop.append(part * 100..<part * 100 + 100)
            try await shop.expectSpooled(part * 100 + 100)
            // What `copytruncate` does; the empty file is looked at for a while.
            try shop.run("/bin/cp", "-p", shop.log.string, shop.path("mail.log.\(5 - part)").string)
            try shop.truncate(shop.log)
            try await Task.sleep(for: .milliseconds(400))
        }
        try shop.append(500..<510)
        shop.database.always(nil)
        try await shop.expectCounted(510)
        try await collector.kill()
        try await shop.startAndExpect(510)
    }

    @Test func copiesThatAreNotRegisteredYetSurviveAFailure() async throws {
        let shop = try await Workshop.withCounted(100)
        for generation in 0..<4 {
            try shop.append(100 + generation * 50..<150 + generation * 50)
            try shop.rename(shop.log, shop.path("mail.log.\(4 - generation)"))
        }
        try shop.append(300..<310)
        // The first registrations and commits fail, or succeed unheard.
        shop.database.next(.fail, .loseAcknowledgement, .fail)
        let collector = shop.start()
        try await shop.expectCounted(310)
        try await collector.kill()
    }

    @Test func aSpoolThatIsInUseIsSaidAndReadOnceItIsFree() async throws {
        let shop = try Workshop()
        shop.database.always(.fail)
        try shop.append(0..<100)
        let first = shop.start()
        try await shop.expectSpooled(100)
        try await first.kill()
        try shop.remove(shop.log)
        shop.database.always(nil)
        var lock: FolderLock? = try FolderLock(shop.spool)
        let second = shop.start()
        try await eventually("it is said") { second.says("another collector") }
        withExtendedLifetime(lock) {}
        lock = nil
        try await shop.expectCounted(100)
        try await second.kill()
    }
}
