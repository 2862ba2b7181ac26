internal import Foundation
internal import LogGenerator
package import SystemPackage

/// Appends to a Postfix log as Postfix does: whole lines, one write each time.
package struct LogWriter {
    private let file: FileDescriptor
    /// Of the file.
    package private(set) var bytes = 0
    private var count = 0
    private var random = SeededRandom(seed: 11)
    private let domains = DomainTail(count: 1000)

    package init(_ path: FilePath) throws {
        file = try FileDescriptor.open(path, .writeOnly, options: .append)
    }

    /// Appends receptions, then deliveries.
    package mutating func append(deliveries: Int, others: Int) throws {
        var text = ""
        let stamp = LogStamp.iso(Int64(Date().timeIntervalSince1970 * 1_000_000))
        for _ in 0..<others {
            count += 1
            text += "\(stamp) mx1 postfix/smtpd[71]: \(id): client=app.example.net[198.51.100.7]\n"
        }
        for _ in 0..<deliveries {
            count += 1
            let domain = DomainTail.name(domains.rank(&random))
            text +=
                "\(stamp) mx1 postfix/smtp[72]: \(id): to=<ann@\(domain)>, relay=mx.\(domain)[203.0.113.9]:25, "
                + "delay=0.4, delays=0.1/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as \(count))\n"
        }
        bytes += try file.writeAll(Array(text.utf8))
    }

    private var id: String { "4f\(String(count + 0x1000_0000, radix: 16, uppercase: true))" }
}
