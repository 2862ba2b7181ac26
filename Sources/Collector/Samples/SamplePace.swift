/// How fast samples are replayed: wandering about 1 as a mail server's traffic does, with a rush now and then. The
/// same seed gives the same course.
struct SamplePace: Sendable {
    private var random: SeededRandom
    private var level = 0.0
    /// Microseconds of the present pace that are left.
    private var left: Int64 = 0
    /// How many times as fast as the samples' own stamps.
    private(set) var factor = 1.0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// How long to wait where the samples wait for `delay`; microseconds both.
    mutating func wait(_ delay: Int64) -> Int64 {
        let wait = Int64(Double(delay) / factor)
        left -= wait
        if left <= 0 { change() }
        return wait
    }

    private mutating func change() {
        // A walk that is drawn back to the middle: mostly between half and twice the pace.
        level = level * 0.8 + Double.random(in: -0.35...0.35, using: &random)
        let isRush = Int.random(in: 0..<24, using: &random) == 0
        factor = SamplePace.power(level) * (isRush ? 4 : 1)
        left = Int64.random(in: 5_000_000...20_000_000, using: &random) / (isRush ? 2 : 1)
    }

    /// Two to the power of a small number, near enough, without the mathematics library.
    private static func power(_ exponent: Double) -> Double {
        let x = exponent * 0.693147
        return max(0.2, 1 + x + x * x / 2 + x * x * x / 6)
    }
}
