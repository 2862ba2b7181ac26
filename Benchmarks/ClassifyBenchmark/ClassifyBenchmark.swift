import BenchmarkSupport
import MailEvents
import ReplyGenerator

/// How many replies a second are classified and made canonical, on one core: a thousand distinct ones again and again,
/// which the cache knows, and replies that are all new. And how many reasons a million replies have.
///
/// `swift run -c release ClassifyBenchmark [replies]`
@main
struct ClassifyBenchmark {
    private static let cachedGoal = 1_000_000.0
    private static let coldGoal = 100_000.0
    private static let reasonGoal = 100

    static func main() throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
        Machine.describe()
        let clock = ContinuousClock()
        var made: RuleSet?
        let making = try clock.measure { made = try BundledRules.ruleSet() }
        guard let rules = made else { return }
        tell("rules: \(rules.rules.count), made ready in \(making.milliseconds) ms")

        let shapes = try ReplyShape.all()
        let replies = Replies(shapes: shapes, count: min(count, 200_000))
        let hash = KeyedHash(key0: 1, key1: 2)
        let remembering = BounceClassifier(rules: rules, hash: hash)
        let forgetful = BounceClassifier(rules: rules, hash: hash, cacheLimit: 0)
        _ = replies.judge(first: 1000, times: 1, by: remembering)
        report("cached, 1000 distinct replies", count, cachedGoal) {
            replies.judge(first: 1000, times: count / 1000, by: remembering)
        }
        report("cold, every reply new", replies.count, coldGoal) {
            replies.judge(first: replies.count, times: 1, by: forgetful)
        }
        report("cold, with a cache that does not help", replies.count, coldGoal) {
            replies.judge(first: replies.count, times: 1, by: BounceClassifier(rules: rules, hash: hash))
        }

        var stream = ReplyStream(shapes: Array(shapes.prefix(80)), seed: 4)
        var reasons: Set<UInt64> = []
        for _ in 0..<count { reasons.insert(stream.withNext { forgetful.judge($0) }.reasonHash) }
        Goal("canonical reasons of \(Figure.grouped(count)) replies of 80 shapes", "fewer than \(reasonGoal)").tell(
            "\(reasons.count)",
            isReached: reasons.count < reasonGoal
        )
    }

    private static func report(_ name: String, _ count: Int, _ goal: Double, _ body: () -> UInt64) {
        var sum: UInt64 = 0
        let elapsed = ContinuousClock().measure { sum = body() }
        let rate = Double(count) / elapsed.seconds
        Goal("classification, \(name)", "\(Figure.grouped(goal)) replies/s or more").tell(
            "\(Figure.grouped(rate)) replies/s (check \(sum % 1000))",
            isReached: rate >= goal
        )
    }
}

/// Replies that are made before the measuring, one behind the other.
private struct Replies {
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]

    init(shapes: [ReplyShape], count: Int) {
        var stream = ReplyStream(shapes: shapes, seed: 1)
        for _ in 0..<count {
            stream.withNext { bytes += $0 }
            ends.append(bytes.count)
        }
    }

    var count: Int { ends.count - 1 }

    /// Judges the first of them, again and again. Gives a sum of what came out, so that nothing is left out.
    func judge(first: Int, times: Int, by classifier: BounceClassifier) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var sum: UInt64 = 0
            for _ in 0..<times {
                for index in 0..<min(first, count) {
                    let reply = UnsafeRawBufferPointer(rebasing: bytes[ends[index]..<ends[index + 1]])
                    sum &+= classifier.judge(reply).reasonHash
                }
            }
            return sum
        }
    }
}
