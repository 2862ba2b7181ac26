import ReplyGenerator
import Testing

@testable import MailEvents

/// That replies aggregate: how many reasons many replies have.
struct ReasonAggregationTests {
    private let classifier: BounceClassifier

    init() throws {
        classifier = BounceClassifier(
            rules: try RuleSet([RuleFile("[rules]\nUncategorized = ['x']", file: "none")]),
            hash: KeyedHash(key0: 1, key1: 2),
            cacheLimit: 0
        )
    }

    @Test func aShapeHasOneReasonWhateverFillsIt() throws {
        var values = ReplyValues(seed: 3)
        for shape in try ReplyShape.all() {
            var reasons: Set<String> = []
            for _ in 0..<40 {
                let reply = shape.filled(&values)
                reasons.insert(classifier.judge(reply, recipient: values.name).reason)
            }
            #expect(reasons.count == 1, "\(shape.template)\n\(reasons.sorted().joined(separator: "\n"))")
        }
    }

    /// In a debug build, whose loops are thirty times slower, a tenth of them; `ClassifyBenchmark` does it with all.
    #if DEBUG
    private static let replies = 100_000
    #else
    private static let replies = 1_000_000
    #endif

    @Test func aMillionRepliesOfEightyShapesHaveDozensOfReasons() throws {
        let shapes = try ReplyShape.all().prefix(80)
        var stream = ReplyStream(shapes: Array(shapes), seed: 4)
        var reasons: Set<UInt64> = []
        for _ in 0..<Self.replies { reasons.insert(stream.withNext { classifier.judge($0) }.reasonHash) }
        #expect(reasons.count >= 24)
        #expect(reasons.count < 100)
    }

    @Test func aReasonOfAReasonIsItself() throws {
        var values = ReplyValues(seed: 5)
        for shape in try ReplyShape.all() {
            expectStable(shape.filled(&values))
        }
    }

    @Test func aReasonOfAReasonIsItselfForAnyBytes() {
        var values = ReplyValues(seed: 6)
        let pieces = [
            "550", "5.1.1", "-", " ", "bob", "@", "example.org", "192.0.2.1", ":", "<", ">", "[", "]", "{", "}", "/",
            ".",
            "=", "1234567", "a1b2c3d4", "https://", "Mar", "Thu,", "10:04:05", "+0100", "host ", " said: ", "\\r\\n",
            "é",
            "\u{FFFD}", "'", "\"", "#", "RFC", "ip", "{ip}", ", ", "…", "%", "2001:db8::", "zen.spamhaus.org", "\t",
            "_",
        ]
        for _ in 0..<20_000 {
            let count = values.number(1...(values.number(0...20) == 0 ? 200 : 12))
            expectStable((0..<count).map { _ in pieces[values.number(0...pieces.count - 1)] }.joined())
        }
    }

    private func expectStable(_ reply: String) {
        let once = classifier.judge(reply).reason
        let twice = classifier.judge(once).reason
        #expect(once == twice, "\(reply)")
        #expect(once.utf8.count <= CanonicalReason.maximumLength)
    }

    @Test func noBytesMakeItFail() {
        var values = ReplyValues(seed: 7)
        for _ in 0..<5_000 {
            let bytes = (0..<values.number(0...300)).map { _ in UInt8(truncatingIfNeeded: values.next()) }
            let reason = bytes.withUnsafeBytes { classifier.judge($0) }.reason
            #expect(reason.utf8.count <= CanonicalReason.maximumLength)
            #expect(!reason.utf8.contains { $0 < 0x20 })
        }
    }
}
