/// Reads the gauges of KumoMTA's `GET /metrics` (Prometheus text format; KumoMTA reference, "HTTP API").
///
/// `ready_count{service="smtp_client:SOURCE->SITE"}` are messages that are ready to go out by an egress source,
/// `scheduled_count{queue="CAMPAIGN:TENANT@DOMAIN"}` those that wait for their time, and `connection_count` the sessions of
/// listeners and of `smtp_client`.
enum KumoMTAMetrics {
    static func sample(_ text: [UInt8], takenAt: Int64, parts count: Int) -> QueueSample {
        var sample = QueueSample(takenAt: takenAt, active: 0, delayed: 0)
        var parts = QueueParts()
        for line in text.split(separator: 0x0A) where line.first != 0x23 {
            guard let gauge = Gauge(line) else { continue }
            switch gauge.name {
            case "ready_count":
                guard gauge.label.hasPrefix("smtp_client:") else { continue }
                sample.active = (sample.active ?? 0) + gauge.value
                parts.add(QueuePart(binding: source(of: gauge.label), active: gauge.value))
            case "scheduled_count":
                sample.delayed = (sample.delayed ?? 0) + gauge.value
                parts.add(QueuePart(domain: domain(of: gauge.label), delayed: gauge.value))
            case "connection_count":
                if gauge.label == "smtp_client" { sample.connectionsOut = gauge.value }
                if gauge.label == "esmtp_listener" { sample.connectionsIn = gauge.value }
            default: continue
            }
        }
        sample.parts = parts.largest(count)
        return sample
    }

    /// `smtp_client:ip7->(mx1|mx2).example.org`: `ip7`.
    private static func source(of service: Substring) -> String {
        let rest = service.dropFirst("smtp_client:".count)
        return rest.range(of: "->").map { String(rest[..<$0.lowerBound]) } ?? ""
    }

    /// `campaign:tenant@example.org!relay.example.net`: `example.org`; the parts before `@` and after `!` are optional.
    private static func domain(of queue: Substring) -> String {
        let name = queue.prefix { $0 != "!" }
        let domain = name.lastIndex(of: "@").map { name[name.index(after: $0)...] } ?? name
        let bare = domain.lastIndex(of: ":").map { domain[domain.index(after: $0)...] } ?? domain
        return bare.utf8.count <= 255 ? bare.lowercased() : QueueParts.other
    }

    /// `name{label="value"} 12`: one label at most is looked at.
    private struct Gauge {
        let name: Substring
        let label: Substring
        let value: Int64

        init?(_ line: ArraySlice<UInt8>) {
            guard line.count <= 4096, let text = String(validating: line, as: UTF8.self) else { return nil }
            guard let space = text.lastIndex(of: " "), let number = Double(text[text.index(after: space)...]),
                number.isFinite, number >= 0, number < 1e15
            else { return nil }
            let key = text[..<space]
            name = key.prefix { $0 != "{" }
            label =
                key.firstIndex(of: "\"").flatMap { open in
                    let rest = key[key.index(after: open)...]
                    return rest.lastIndex(of: "\"").map { rest[..<$0] }
                } ?? ""
            value = Int64(number)
        }
    }
}

extension Substring {
    /// Where a text stands, without Foundation.
    fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
