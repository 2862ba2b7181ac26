import CollectorFixtures
import Foundation
import Testing

@testable import Collector

/// Log, rotation, collector and database take their steps in an order that a seed decides: thousands of orders, most of
/// them such as come about on a machine that has no time. Whatever the order, each line counts once.
@Suite struct SimulationTests {
    /// `MAILMILL_TEST_SEED` repeats one order, `MAILMILL_TEST_ROUNDS` times as many are tried.
    static var seeds: [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["MAILMILL_TEST_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        let rounds = environment["MAILMILL_TEST_ROUNDS"].flatMap { Double($0) } ?? 1
        return Array(1...UInt64(max(1, 34 * rounds)))
    }

    @Test(arguments: SimulatedLog.Way.allCases)
    func everyLineCountsOnceInWhateverOrderThingsHappen(way: SimulatedLog.Way) async throws {
        for seed in SimulationTests.seeds {
            let simulation = try Simulation(way, seed: seed)
            let wrong = try await simulation.run()
            #expect(wrong == nil, "MAILMILL_TEST_SEED=\(seed), \(way)")
        }
    }
}

/// One order of steps.
struct Simulation: ~Copyable {
    private let shop: Workshop
    private let clock = SimulatedClock()
    private let keys: SimulatedKeys
    private let log: SimulatedLog
    private var collector: SimulatedCollector
    private var random: SeededRandom
    private var isStarved = false
    /// While it is held the spool cannot be opened.
    private var spoolLock: FolderLock?

    init(_ way: SimulatedLog.Way, seed: UInt64) throws {
        let clock = clock
        shop = try Workshop(memory: true) { clock.wall }
        log = SimulatedLog(shop, clock, way)
        let index = SimulatedLog.Way.allCases.firstIndex(of: way) ?? 0
        random = SeededRandom(seed: seed &+ UInt64(index) << 32)
        keys = SimulatedKeys(seed: ~seed)
        collector = SimulatedCollector(shop, clock, keys: keys)
    }

    /// - Returns: what is wrong at the end; nil if each line is counted once.
    consuming func run() async throws -> String? {
        // What is rotated away before anybody looked is history.
        await collector.keepUp()
        let length = Int.random(in: 20...160, using: &random)
        for _ in 0..<length { try await step() }
        try log.finish(&random)
        try log.reopen()
        for _ in 0..<3000 where !(collector.isIdle && shop.database.counted.count == log.count) { try await settle() }
        // Whatever would be counted twice has had its time after this.
        clock.advance(.seconds(40))
        for _ in 0..<30 { try await settle() }
        await collector.kill()
        let counted = shop.database.counted
        let missing = (0..<log.count).filter { counted[LogLine.id($0)] == nil }
        let doubled = (0..<log.count).filter { counted[LogLine.id($0), default: 0] > 1 }
        let unread = shop.database.quarantined
        if missing.isEmpty, doubled.isEmpty, unread.isEmpty { return nil }
        return "of \(log.count) lines missing \(missing), doubled \(doubled), not read \(unread)"
    }

    private mutating func step() async throws {
        // Now and then the collector gets no time, while the rest of the world goes on.
        if isStarved {
            isStarved = Int.random(in: 0..<20, using: &random) != 0
            clock.advance(.milliseconds(Int.random(in: 1...30, using: &random)))
            return try world(Int.random(in: 0..<33, using: &random))
        }
        let step = Int.random(in: 0..<100, using: &random)
        switch step {
        case 0..<33: try world(step)
        case 33..<34: isStarved = true
        case 34..<46: await collector.keepUp()
        case 46..<50: await collector.look()
        case 50..<66: await collector.read()
        case 66..<80: await collector.deliver(Int.random(in: 0..<8, using: &random) == 0 ? .isLost : .well)
        case 80..<82: await collector.deliver(.fails)
        case 82..<84: await collector.hear()
        case 84..<87: try await collector.open()
        case 87..<89: await collector.lose()
        case 89..<90: collector.holdSpool()
        case 90..<92:
            spoolLock = nil
            await collector.releaseSpool()
        case 92..<94:
            await collector.kill()
            // Without a spool there is no lock either.
            if Int.random(in: 0..<3, using: &random) == 0 { spoolLock = try? FolderLock(shop.spool) }
            collector = SimulatedCollector(shop, clock, keys: keys)
        case 94..<97:
            // No mail server rests in the middle of a line.
            try log.finishLine()
            clock.advance(.milliseconds(Int.random(in: 1...6000, using: &random)))
        default: clock.advance(.milliseconds(Int.random(in: 1...30, using: &random)))
        }
    }

    /// What writes the log and rotates it.
    private mutating func world(_ step: Int) throws {
        switch step {
        case 0..<15: try log.write(&random)
        case 15..<19: try log.finishLine()
        case 19..<26: try log.rotate()
        case 26..<31: try log.reopen()
        default: try log.compress(&random)
        }
    }

    /// All is well, and the collector takes up what is left.
    private mutating func settle() async throws {
        spoolLock = nil
        await collector.releaseSpool()
        try await collector.open()
        await collector.keepUp()
        await collector.read()
        await collector.deliver(.well)
        await collector.hear()
        clock.advance(.milliseconds(50))
    }
}
