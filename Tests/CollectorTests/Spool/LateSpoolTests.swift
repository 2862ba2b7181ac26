import CollectorFixtures
import SystemPackage
import Testing

@testable import Collector

/// A collector that gets its spool only after it has begun to count what the spool also holds.
@Suite(.serialized) struct LateSpoolTests {
    /// Logs of 40 lines, each longer than what tells logs apart, rotated while the database was away: in the spool all of
    /// them, and on the disk.
    private func shopOfSpooledCopies(_ count: Int) async throws -> Workshop {
        let shop = try await Workshop.withCounted(40)
        shop.database.always(.fail)
        let collector = shop.start()
        for number in 1...count {
            try shop.append(number * 40..<number * 40 + 40)
            try await shop.expectSpooled(number * 40 + 40)
            try shop.rename(shop.log, shop.path("mail.log.\(number)"))
        }
        try shop.append(count * 40 + 40..<count * 40 + 41)
        try await collector.kill()
        shop.database.always(nil)
        return shop
    }

    /// - Parameter cut: lines that the copies lack, as those of logrotate's `copytruncate` may.
    @Test(arguments: [0, 10])
    func copiesThatAreBeingReadAreNotReadFromTheSpoolToo(cut: Int) async throws {
        let shop = try await shopOfSpooledCopies(4)
        for number in 1...4 {
            // The first log began with what was counted.
            let lines = LogLine.text((number == 1 ? 0 : number * 40)..<number * 40 + 40 - cut)
            try shop.remove(shop.path("mail.log.\(number)"))
            try shop.append(lines, to: shop.path("mail.log.\(number)"))
        }
        shop.database.always(.refuse)
        let lock = Held<FolderLock?>(try FolderLock(shop.spool))
        let collector = shop.start()
        try await eventually("the copies are read") {
            if case .refused = collector.state?.writing { return true }
            return false
        }
        #expect(collector.says("another collector"))
        lock.value = nil
        try await eventually("the spool is opened") { !collector.says("another collector") }
        shop.database.always(nil)
        try await shop.expectCounted(201)
        try await eventually("nothing is left to read") { collector.state?.readUpTo != nil }
        try await collector.kill()
        try await shop.startAndExpect(201)
    }
}
