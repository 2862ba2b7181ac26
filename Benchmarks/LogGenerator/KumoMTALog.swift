/// KumoMTA's log records of a busy node, as of 2025.12: a reception, and what becomes of it.
package struct KumoMTALog: GeneratedLines {
    private var pen: LogPen

    package var tally: LogTally { pen.tally }

    /// - Parameter start: the time of the first line, microseconds since 1970 UTC.
    package init(seed: UInt64, start: Int64, domains: DomainTail) {
        pen = LogPen(seed: seed, start: start, domains: domains)
    }

    package mutating func lines(messages count: Int) -> [UInt8] {
        for _ in 0..<count {
            pen.nextMessage()
            message()
        }
        return pen.take()
    }

    private mutating func message() {
        let id = pen.hex(32)
        let (rank, domain, local) = pen.recipient()
        let address = "\(local)@\(domain)"
        let created = pen.time
        let size = 1000 + pen.random.below(60_000)
        let client = "{\"name\":\"app1.example.net\",\"addr\":\"198.51.100.7\"}"
        let accepted = "{\"code\":250,\"enhanced_code\":null,\"content\":\"OK ids=\(id)\",\"command\":\".\"}"
        record("Reception", id, address, domain, size, accepted, client, created, 0, "Uncategorized", hasSource: false)
        pen.tally.receptions += 1
        let peer = "{\"name\":\"mx.\(domain).\",\"addr\":\"203.0.113.\(rank % 250 + 1)\"}"
        let chance = pen.random.below(1000)
        if chance < 90 {
            let reply = response(421, "4,\"subject\":7,\"detail\":0", "try again later", "RCPT TO")
            record("TransientFailure", id, address, domain, size, reply, peer, created, 0, "TransientFailure")
            pen.tally.transientFailures += 1
            record("Delayed", id, address, domain, size, reply, peer, created, 1, "Uncategorized")
        }
        switch chance {
        case 970...:
            let reply = response(550, "5,\"subject\":1,\"detail\":1", "<\(address)> user \\\"unknown\\\"", "RCPT TO")
            record("Bounce", id, address, domain, size, reply, peer, created, 0, "InvalidRecipient")
            pen.tally.permanentFailures += 1
        case 965..<970:
            let reply = response(551, "5,\"subject\":4,\"detail\":7", "expired", "")
            record("Expiration", id, address, domain, size, reply, "null", created, 9, "MessageExpired")
            pen.tally.expirations += 1
        case 963..<965:
            let reply = response(552, "5,\"subject\":7,\"detail\":1", "purged", "")
            record("AdminBounce", id, address, domain, size, reply, "null", created, 0, "Uncategorized")
            pen.tally.administrativeFailures += 1
        default:
            let reply = response(250, "2,\"subject\":0,\"detail\":0", "OK queued as \(pen.hex(12))", ".")
            record("Delivery", id, address, domain, size, reply, peer, created, chance < 90 ? 1 : 0, "Uncategorized")
            pen.countDelivery(rank)
        }
    }

    private func response(_ code: Int, _ status: String, _ content: String, _ command: String) -> String {
        "{\"code\":\(code),\"enhanced_code\":{\"class\":\(status)},\"content\":\"\(content)\",\"command\":\"\(command)\"}"
    }

    private mutating func record(
        _ type: String,
        _ id: String,
        _ recipient: String,
        _ domain: String,
        _ size: Int,
        _ response: String,
        _ peer: String,
        _ created: Int64,
        _ attempts: Int,
        _ class_: String,
        hasSource: Bool = true
    ) {
        let source = "ip\(pen.messages % 32)"
        let egress =
            hasSource
            ? "\"egress_pool\":\"pool\(pen.messages % 4)\",\"egress_source\":\"\(source)\","
                + "\"source_address\":{\"address\":\"192.0.2.7:40112\"}"
            : "\"egress_pool\":null,\"egress_source\":null,\"source_address\":null"
        let site = hasSource ? "\(source)->(mx1|mx2).\(domain)" : ""
        pen.line(
            "{\"type\":\"\(type)\",\"id\":\"\(id)\",\"sender\":\"bounce@example.net\",\"recipient\":\"\(recipient)\","
                + "\"queue\":\"spring:acme@\(domain)\",\"site\":\"\(site)\",\"size\":\(size),\"response\":\(response),"
                + "\"peer_address\":\(peer),\"timestamp\":\(pen.time / 1_000_000),"
                + "\"event_time\":\"\(LogStamp.rfc3339(pen.time))\",\"created\":\(created / 1_000_000),"
                + "\"created_time\":\"\(LogStamp.rfc3339(created))\",\"num_attempts\":\(attempts),"
                + "\"bounce_classification\":\"\(class_)\",\(egress),\"feedback_report\":null,\"meta\":{},"
                + "\"headers\":{},\"delivery_protocol\":\"ESMTP\",\"reception_protocol\":\"HTTP\","
                + "\"nodeid\":\"0b6c1f2e-0000-4000-8000-00163e112233\",\"tls_cipher\":\"TLS_AES_256_GCM_SHA384\","
                + "\"tls_protocol_version\":\"TLSv1.3\",\"session_id\":\"9bcd689e-23d9-41b7-a015-63a1382f8b57\"}"
        )
    }
}
