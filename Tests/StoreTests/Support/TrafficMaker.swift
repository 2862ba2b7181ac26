import LogGenerator
import MailEvents

/// Makes random traffic: many minutes, hours and days, late and ahead, of every kind.
struct TrafficMaker {
    var random: SeededRandom
    let now: Int64
    let domains: Int
    /// Days, counted back from today, that late events are of.
    var lateDays: [Int64] = [1, 2, 5, 12, 40, 100, 800]

    static let bindings = [("", ""), ("out", "smtp"), ("out", "lmtp"), ("bulk", "b1")]

    mutating func event() -> TestEvent {
        var event = TestEvent(EventKind.allCases.randomElement(using: &random) ?? .delivery, at: time())
        let rank = Int(
            Double.random(in: 0..<1, using: &random) * Double.random(in: 0..<1, using: &random) * Double(domains)
        )
        event.domain = Int.random(in: 0..<12, using: &random) == 0 ? "" : "d\(rank).example"
        event.sender = ""
        (event.group, event.binding) = Self.bindings.randomElement(using: &random) ?? ("", "")
        if Bool.random(using: &random) { event.size = Int64.random(in: 0..<100_000, using: &random) }
        if Bool.random(using: &random) { event.delay = Int64.random(in: 0..<90_000, using: &random) }
        if Bool.random(using: &random) { event.attempt = Int32.random(in: 1...4, using: &random) }
        event.replyCode = [-1, 250, 450, 550].randomElement(using: &random) ?? -1
        return event
    }

    private mutating func time() -> Int64 {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6: return now - Int64.random(in: 0..<90 * Times.minute, using: &random)
        case 6: return now + Int64.random(in: 0..<50 * Times.minute, using: &random)
        case 7: return now - Int64.random(in: 0..<26 * Times.hour, using: &random)
        default:
            let days = lateDays.randomElement(using: &random) ?? 1
            let start = Times.floor(now, Times.day) - days * Times.day
            // A few minutes of that day, so that minutes gather.
            return start + Int64.random(in: 0..<3, using: &random) * 7 * Times.hour
                + Int64.random(in: 0..<20 * Times.minute, using: &random)
        }
    }
}
