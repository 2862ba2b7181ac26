import LogGenerator
import Foundation

/// Lines as Postfix writes them, invented: every event's line has a queue id and a recipient of its own, so that a line
/// counted twice cannot hide behind a line that was lost.
struct InventedPostfix {
    private static let domains = ["harbor.example", "ferry.example", "quay.example", "pier.example", "dock.example"]

    private var generator: SeededRandom
    private var serial = 0
    private let stamp: @Sendable (Date) -> String

    /// - Parameter stamp: what a line begins with; ISO with microseconds unless given.
    init(_ generator: SeededRandom, stamp: @escaping @Sendable (Date) -> String = InventedPostfix.isoStamp) {
        self.generator = generator
        self.stamp = stamp
    }

    /// The next line, without its line feed.
    mutating func line(at time: Date = Date()) -> String {
        serial += 1
        let id = "4" + String(serial + 0x100000, radix: 16, uppercase: true)
        let domain = Self.domains[Int.random(in: 0..<Self.domains.count, using: &generator)]
        let recipient = "r\(serial)@\(domain)"
        let prefix = "\(stamp(time)) mx1 postfix/"
        let pid = 1000 + serial % 30
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<25: return "\(prefix)smtpd[\(pid)]: \(id): client=app\(serial % 9).example[192.0.2.\(serial % 200)]"
        case 25..<55: return prefix + delivery(pid, id, recipient, "2.0.0", "sent (250 2.0.0 Ok: queued as \(serial))")
        case 55..<65: return prefix + delivery(pid, id, recipient, "4.2.1", "deferred (host said: 451 4.2.1 try later)")
        case 65..<70:
            return prefix + delivery(pid, id, recipient, "5.1.1", "bounced (host said: 550 5.1.1 no such user)")
        case 70..<78:
            return
                "\(prefix)smtpd[\(pid)]: NOQUEUE: reject: RCPT from unknown[198.51.100.7]: 554 5.7.1 <\(recipient)>: "
                + "Relay access denied; from=<s@spam.example> to=<\(recipient)> proto=ESMTP helo=<x>"
        case 78..<80:
            return "\(prefix)qmgr[77]: \(id): from=<s\(serial)@app.example>, status=expired, returned to sender"
        case 80: return "\(prefix)smtp[\(pid)]: \(id): to=<\(recipient)>, relay=none, delay=1"
        case 81..<88: return "\(prefix)qmgr[77]: \(id): removed"
        case 88..<94: return "\(prefix)smtpd[\(pid)]: connect from app1.example[192.0.2.1]"
        default: return "\(stamp(time)) mx1 CRON[\(pid)]: (root) CMD (true)"
        }
    }

    private func delivery(_ pid: Int, _ id: String, _ recipient: String, _ status: String, _ text: String) -> String {
        "smtp[\(pid)]: \(id): to=<\(recipient)>, relay=mx.example[203.0.113.9]:25, delay=0.\(serial % 90 + 10), "
            + "delays=0.01/0/0.05/0.04, dsn=\(status), status=\(text)"
    }

    /// `2026-03-05T04:07:09.123456+00:00`
    @Sendable static func isoStamp(_ time: Date) -> String {
        let parts = broken(time, local: false)
        let micro = Int((time.timeIntervalSince1970 * 1_000_000).rounded(.down)) % 1_000_000
        return pad(parts.tm_year + 1900, 4) + "-" + pad(parts.tm_mon + 1) + "-" + pad(parts.tm_mday) + "T"
            + clock(parts)
            + "." + String(String(micro + 1_000_000).dropFirst()) + "+00:00"
    }

    /// `Mar  5 04:07:09`, in this machine's time zone.
    @Sendable static func traditionalStamp(_ time: Date) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = broken(time, local: true)
        let day = parts.tm_mday < 10 ? " \(parts.tm_mday)" : "\(parts.tm_mday)"
        return "\(months[Int(parts.tm_mon)]) \(day) \(clock(parts))"
    }

    private static func broken(_ time: Date, local: Bool) -> tm {
        var seconds = time_t(time.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        if local { localtime_r(&seconds, &parts) } else { gmtime_r(&seconds, &parts) }
        return parts
    }

    private static func clock(_ parts: tm) -> String {
        "\(pad(parts.tm_hour)):\(pad(parts.tm_min)):\(pad(parts.tm_sec))"
    }

    private static func pad(_ number: Int32, _ width: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
