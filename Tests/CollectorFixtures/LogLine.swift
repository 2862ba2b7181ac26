/// Lines of a Postfix log that can be told apart: each delivers one message, whose id is the line's number.
package enum LogLine {
    /// The message id of a line.
    package static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 10 - digits.count) + digits
    }

    /// Line `number`, with its line feed. One day of 2026, a thousandth of a second from line to line.
    package static func text(_ number: Int) -> String {
        let time = number % 86_400_000
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let thousandths = String(String(1000 + time % 1000).dropFirst())
        let stamp =
            "2026-03-05T\(two(time / 3_600_000)):\(two(time / 60_000 % 60)):\(two(time / 1000 % 60)).\(thousandths)000"
        return "\(stamp)+00:00 mx1 postfix/smtp[412]: \(id(number)): to=<ann\(number)@example.org>, "
            + "relay=mx.example.org[203.0.113.5]:25, delay=1.8, delays=0.05/0.01/0.7/1, dsn=2.0.0, "
            + "status=sent (250 2.0.0 OK)\n"
    }

    package static func text(_ numbers: Range<Int>) -> String {
        numbers.map { text($0) }.joined()
    }
}
