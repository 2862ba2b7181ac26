import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From `MAILMILL_TEST_SEED`, else new; printed, so that a failure can be had again.
    static func announced(for test: String) -> (generator: SeededGenerator, seed: UInt64) {
        let wanted = ProcessInfo.processInfo.environment["MAILMILL_TEST_SEED"].flatMap { UInt64($0) }
        let seed = wanted ?? UInt64.random(in: 0...UInt64(UInt32.max))
        print("\(test): MAILMILL_TEST_SEED=\(seed)")
        return (SeededGenerator(seed: seed), seed)
    }
}

/// How long fault tests go on: `MAILMILL_TEST_ROUNDS` times their usual number of rounds.
enum Rounds {
    static func times(_ usual: Int) -> Int {
        let factor = ProcessInfo.processInfo.environment["MAILMILL_TEST_ROUNDS"].flatMap { Double($0) } ?? 1
        return max(1, Int(Double(usual) * factor))
    }
}
