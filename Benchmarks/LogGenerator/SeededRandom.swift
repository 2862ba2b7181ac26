/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed, everywhere.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        self.state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number in `0..<bound`.
    package mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
    }

    /// True once in `count` times on the average.
    package mutating func onceIn(_ count: Int) -> Bool { below(count) == 0 }

    /// A number in `0..<1`.
    package mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
