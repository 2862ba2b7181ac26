import CollectorFixtures
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Collector

/// What becomes of those who send when there is no room.
@Suite(.serialized) struct ReceptionBoundTests {
    @Test func aFullDiskRefusesAndIsGotOver() async throws {
        let shop = try Workshop()
        try SpoolFile.makeFolder(shop.spool)
        try #require(getuid() == 0, "a small file system can only be mounted by root")
        try #require(mount("tmpfs", shop.spool.string, "tmpfs", 0, "size=64k") == 0)
        defer { umount2(shop.spool.string, Int32(MNT_DETACH)) }
        let spool = shop.reception()
        let collector = shop.start(spool)
        #expect(await spool.append(0..<100, of: "a") == .stored)
        guard case .refused(let problem) = await spool.append(100..<20_000, of: "b") else {
            Issue.record("there is no room for it")
            return
        }
        #expect("\(problem)".contains("No space left"))
        try await eventually("it is said") { collector.says("No space left") }
        // What is small enough still goes, behind what was taken back.
        #expect(await spool.append(20_000..<20_010, of: "c") == .stored)
        try #require(mount("tmpfs", shop.spool.string, "tmpfs", UInt(MS_REMOUNT), "size=16m") == 0)
        #expect(await spool.append(100..<20_000, of: "b") == .stored)
        #expect(await spool.append(0..<100, of: "a") == .known)
        try await shop.expectCounted(20_010)
        try await eventually("all is well again") { !collector.says("No space") }
        try await collector.kill()
    }

    @Test func aFullSpoolRefusesUntilTheDatabaseTakesItsLines() async throws {
        let shop = try Workshop()
        shop.database.always(.fail)
        let spool = shop.reception { $0.spool.limit = 300 << 10 }
        let collector = shop.start(spool)
        var next = 0
        var isFull = false
        while !isFull, next < 100_000 {
            switch await spool.append(next..<next + 1000) {
            case .stored: next += 1000
            case .refused(.receptionFull): isFull = true
            case .refused, .known: Issue.record("something else is wrong")
            }
        }
        #expect(isFull)
        try await eventually("it is said") { collector.says("is full") }
        shop.database.always(nil)
        try await shop.expectCounted(next)
        try await collector.kill()
    }

    @Test func moreThanCanWaitIsRefusedAtOnce() async throws {
        let shop = try Workshop()
        let spool = shop.reception { $0.waiting = 1000 }
        let outcomes = await withTaskGroup(of: ReceptionOutcome.self) { group in
            for part in 0..<500 { group.addTask { await spool.append(part * 5..<part * 5 + 5) } }
            return await group.reduce(into: [ReceptionOutcome]()) { $0.append($1) }
        }
        let stored = outcomes.count { $0 == .stored }
        let busy = outcomes.count { if case .refused(.receptionBusy) = $0 { true } else { false } }
        #expect(stored > 0)
        #expect(stored + busy == 500)
        let collector = shop.start(spool)
        try await eventually("what was received is counted") { shop.database.counted.count == stored * 5 }
        try await collector.kill()
    }

    @Test func aSpoolHasOneReceiver() async throws {
        let shop = try Workshop()
        let spool = shop.reception()
        #expect(await spool.append(0..<10) == .stored)
        let other = shop.reception()
        #expect(await other.append(10..<20) == .refused(.spoolInUse(path: shop.spool.string)))
        await spool.close()
        #expect(await spool.append(10..<20) == .refused(.receptionClosed(path: shop.spool.string)))
        // A program that another test begins this moment holds the lock too, until it is executed.
        try await eventually("another can have it") { await other.append(10..<20) == .stored }
    }

    @Test func whatIsCountedAndOldIsRemoved() async throws {
        let shop = try Workshop()
        let spool = shop.reception {
            $0.spool.keep = .zero
            $0.spool.retention = .milliseconds(50)
        }
        let collector = shop.start(spool)
        // A segment has four mebibytes, compressed: long lines that hardly shrink, and tell nothing.
        var sent: Int64 = 0
        while try shop.segments().last?.first ?? 0 == 0, sent < 200 {
            let noise = Data((0..<60_000).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
            #expect(await spool.append(Array("2026-03-05T04:07:09Z mx1 x: \(noise)\n".utf8)) == .stored)
            sent += 1
        }
        #expect(await spool.append(0..<10) == .stored)
        try await shop.expectCounted(10)
        #expect(shop.database.lines == sent + 10)
        try await eventually("the first segment is gone") { try shop.segments().count == 1 }
        try await collector.kill()
        let second = shop.start(shop.reception())
        try await eventually("it is known where it stands") { second.state?.readUpTo != nil }
        #expect(shop.database.files.count == 1)
        try await second.kill()
    }
}
