import CollectorFixtures
import Foundation
import SystemPackage
import Testing

@testable import Collector

/// Orders of steps that the simulation found, by themselves.
@Suite struct FoundOrderTests {
    /// The log was spooled without the database, was then cut and written to beyond its old length before anybody
    /// looked, and the database came: under the old log's key the new one's bytes were spooled behind the old one's.
    @Test func aLogThatIsCutWhileTheDatabaseComesBackIsNotMixedWithItsSpool() async throws {
        let shop = try Workshop(memory: true)
        let clock = SimulatedClock()
        var collector = SimulatedCollector(shop, clock, keys: SimulatedKeys(seed: 1))
        await collector.lose()
        try shop.append(0..<2)
        for _ in 0..<3 { await collector.keepUp() }
        try FileManager.default.copyItem(atPath: shop.log.string, toPath: shop.path("mail.log.1").string)
        try shop.truncate(shop.log)
        try shop.append(2..<28)
        try await collector.open()
        await collector.keepUp()
        await collector.lose()
        for _ in 0..<3 { await collector.keepUp() }
        await collector.kill()
        collector = SimulatedCollector(shop, clock, keys: SimulatedKeys(seed: 2))
        try await collector.settle(shop, clock, count: 28)
        try await shop.expectCounted(28)
    }

    /// What was written and rotated after the clock was put back looked like history.
    @Test func whatComesAfterTheClockWasPutBackIsNoHistory() async throws {
        let clock = SimulatedClock()
        let shop = try Workshop(memory: true) { clock.wall }
        var collector = SimulatedCollector(shop, clock, keys: SimulatedKeys(seed: 1))
        try shop.append(0..<10)
        try shop.stamp(shop.log, clock)
        await collector.keepUp()
        try await collector.settle(shop, clock, count: 10)
        await collector.kill()
        clock.jump(-3_600_000_000)
        try shop.append(10..<20)
        try shop.stamp(shop.log, clock)
        try shop.rename(shop.log, shop.path("mail.log.2"))
        try shop.append(20..<30)
        try shop.stamp(shop.log, clock)
        try shop.rename(shop.log, shop.path("mail.log.1"))
        try shop.append(30..<40)
        collector = SimulatedCollector(shop, clock, keys: SimulatedKeys(seed: 2))
        try await collector.settle(shop, clock, count: 40)
        try await shop.expectCounted(40)
    }

    /// A whole log came and went between two looks, and the next was longer already than what had been seen of the one
    /// before: its bytes were taken for that one's beginning, whose copy then was not known again.
    @Test func aLogThatIsCutTwiceBetweenTwoLooksIsKnownAgainInItsCopy() async throws {
        let shop = try Workshop(memory: true)
        let clock = SimulatedClock()
        let collector = SimulatedCollector(shop, clock, keys: SimulatedKeys(seed: 1))
        await collector.lose()
        try shop.append(0..<9)
        for _ in 0..<3 { await collector.keepUp() }
        try shop.append(9..<50)
        try FileManager.default.copyItem(atPath: shop.log.string, toPath: shop.path("mail.log.2").string)
        try shop.truncate(shop.log)
        try shop.append(50..<300)
        try FileManager.default.copyItem(atPath: shop.log.string, toPath: shop.path("mail.log.1").string)
        clock.advance(.seconds(40))
        await collector.keepUp()
        try shop.truncate(shop.log)
        try shop.append(300..<310)
        try await collector.settle(shop, clock, count: 310)
        try await shop.expectCounted(310)
    }
}

extension SimulatedCollector {
    /// All is well, until so many lines are counted and nothing is left to do.
    func settle(_ shop: Workshop, _ clock: SimulatedClock, count: Int) async throws {
        var isLeft = 30
        for _ in 0..<3000 where isLeft > 0 {
            try await open()
            await keepUp()
            await read()
            await deliver(.well)
            await hear()
            clock.advance(.milliseconds(50))
            if isIdle, shop.database.counted.count >= count { isLeft -= 1 }
        }
    }
}
