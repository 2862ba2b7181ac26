import MailEvents
import Testing

/// A line that pflogsumm 1.1.5 counts otherwise than Mailmill, as `docs/vocabulary.md` says.
struct KnownDifference: Sendable, CustomTestStringConvertible {
    var why: String
    var stamp = "Mar  5 05:00:00"
    /// The line after its stamp and host.
    var line: String
    /// What Mailmill counts more than pflogsumm.
    var change: [EventKind: Int]

    var testDescription: String { why }

    private static let tail = "delay=1, delays=0/0/0/1, dsn=2.0.0, status="
    private static let envelope = "from=<a@example.net> to=<b@example.com> proto=ESMTP helo=<x>"

    static let all: [KnownDifference] = [
        KnownDifference(
            why: "pflogsumm passes over milter-reject of smtpd",
            line: "postfix/smtpd[9]: NOQUEUE: milter-reject: RCPT from x[192.0.2.9]: 451 4.7.1 Later; \(envelope)",
            change: [.rejection: 1]
        ),
        KnownDifference(
            why: "pflogsumm passes over cleanup's refusals but of header, body and END-OF-MESSAGE",
            line: "postfix/cleanup[9]: 4Zt9kL2Qm4z1Gk: milter-reject: MAIL from x[192.0.2.9]: 5.7.1 No; \(envelope)",
            change: [.rejection: 1]
        ),
        KnownDifference(
            why: "pflogsumm counts the discard transport as delivered",
            line: "postfix/discard[9]: 4Zt9kL2Qm4z1Gk: to=<a@example.org>, relay=none, \(tail)sent (x)",
            change: [.delivery: -1, .discard: 1]
        ),
        KnownDifference(
            why: "pflogsumm counts a session behind a before-queue proxy filter twice",
            line: "postfix/smtpd[9]: NOQUEUE: client=x[192.0.2.9]",
            change: [.reception: -1]
        ),
        KnownDifference(
            why: "pflogsumm does not know the syslog name postfix/submissions",
            line: "postfix/submissions/smtpd[9]: 4Zt9kL2Qm4z1Gk: client=x[192.0.2.9]",
            change: [.reception: 1]
        ),
        KnownDifference(
            why: "pflogsumm does not know qmqpd",
            line: "postfix/qmqpd[9]: 4Zt9kL2Qm4z1Gk: client=x[192.0.2.9]",
            change: [.reception: 1]
        ),
        KnownDifference(
            why: "pflogsumm does not know SOFTBOUNCE",
            line: "postfix/smtp[9]: 4Zt9kL2Qm4z1Gk: to=<a@example.org>, relay=none, \(tail)SOFTBOUNCE (x)",
            change: [.transientFailure: 1]
        ),
        KnownDifference(
            why: "pflogsumm does not know the attribute tls=",
            line: "postfix/smtp[9]: 4Zt9kL2Qm4z1Gk: to=<a@example.org>, relay=none, delay=1, delays=0/0/0/1, tls=may, "
                + "dsn=2.0.0, status=sent (250 ok)",
            change: [.delivery: 1]
        ),
        KnownDifference(
            why: "pflogsumm cannot read an address with > in it",
            line: "postfix/smtp[9]: 4Zt9kL2Qm4z1Gk: to=<\"a>b\"@example.org>, relay=none, \(tail)sent (250 ok)",
            change: [.delivery: 1]
        ),
        KnownDifference(
            why: "pflogsumm takes any reply with the words \"forwarded as\" for local(8)'s",
            line: "postfix/smtp[9]: 4Zt9kL2Qm4z1Gk: to=<a@example.org>, relay=none, \(tail)sent (250 forwarded as x)",
            change: [.delivery: 1]
        ),
        KnownDifference(
            why: "pflogsumm takes words in a Message-ID for a refusal",
            line: "postfix/cleanup[9]: 4Zt9kL2Qm4z1Gk: message-id=<reject: header x>",
            change: [.rejection: -1]
        ),
        KnownDifference(
            why: "pflogsumm does not know repeated lines",
            line: "postfix/smtpd[9]: message repeated 2 times: [ NOQUEUE: reject: RCPT from x[192.0.2.9]: 554 No; "
                + "\(envelope)]",
            change: [.rejection: 2]
        ),
        KnownDifference(
            why: "pflogsumm counts what comes back from a content filter a second time",
            line: "postfix/smtpd[9]: 4Zt9kM2Qm4z1Bb: client=localhost[127.0.0.1], orig_queue_id=4Zt9kL2Qm4z1Aa",
            change: [.reception: -1]
        ),
        KnownDifference(
            why: "pflogsumm counts the way to a content filter as a delivery",
            line: "postfix/smtpd[9]: 4Zt9kM2Qm4z1Bb: client=localhost[127.0.0.1]\n"
                + "Mar  5 05:00:01 mx1 postfix/smtp[9]: 4Zt9kL2Qm4z1Aa: to=<a@example.org>, "
                + "relay=127.0.0.1[127.0.0.1]:10024, \(tail)sent (250 2.0.0 Ok: queued as 4Zt9kM2Qm4z1Bb)",
            change: [.delivery: -1]
        ),
        KnownDifference(
            why: "pflogsumm does not know traditional stamps with a fraction",
            stamp: "Mar  5 05:00:00.125",
            line: "postfix/smtpd[9]: 4Zt9kL2Qm4z1Gk: client=x[192.0.2.9]",
            change: [.reception: 1]
        ),
    ]

    /// What Mailmill counts more than pflogsumm in the fixtures' lines: of each line that is of a known kind.
    static func sum(of lines: [[UInt8]]) -> [EventKind: Int] {
        let signs: [(String, [EventKind: Int])] = [
            ("/smtpd[9]: NOQUEUE: milter-reject:", [.rejection: 1]),
            ("/cleanup[7]: 4Zt9kL2Qm4z1Gu: milter-reject: RCPT", [.rejection: 1]),
            ("/discard[", [.delivery: -1, .discard: 1]),
            (": NOQUEUE: client=", [.reception: -1]),
            ("status=SOFTBOUNCE", [.transientFailure: 1]),
            ("status=sent (250 2.0.0 Ok: queued as X forwarded as Y)", [.delivery: 1]),
            ("message-id=<reject: header", [.rejection: -1]),
            ("message repeated 3 times: [ NOQUEUE: reject:", [.rejection: 3]),
        ]
        var sum: [EventKind: Int] = [:]
        for line in lines {
            let text = String(decoding: line, as: UTF8.self)
            for (sign, change) in signs where text.contains(sign) { sum.merge(change, uniquingKeysWith: +) }
        }
        return sum
    }
}
