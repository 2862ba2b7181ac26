import LogGenerator
import Foundation

extension SeededRandom {
    /// From `MAILMILL_TEST_SEED`, else new; printed, so that a failure can be had again.
    static func announced(for test: String) -> (generator: SeededRandom, seed: UInt64) {
        let wanted = ProcessInfo.processInfo.environment["MAILMILL_TEST_SEED"].flatMap { UInt64($0) }
        let seed = wanted ?? UInt64.random(in: 0...UInt64(UInt32.max))
        print("\(test): MAILMILL_TEST_SEED=\(seed)")
        return (SeededRandom(seed: seed), seed)
    }
}

/// How long fault tests go on: `MAILMILL_TEST_ROUNDS` times their usual number of rounds.
enum Rounds {
    static func times(_ usual: Int) -> Int {
        let factor = ProcessInfo.processInfo.environment["MAILMILL_TEST_ROUNDS"].flatMap { Double($0) } ?? 1
        return max(1, Int(Double(usual) * factor))
    }
}
