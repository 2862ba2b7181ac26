/// What `report traffic --format json` prints.
struct TrafficReport: Decodable, Sendable {
    struct Measures: Decodable, Equatable, Sendable {
        var receptions: Int
        var deliveries: Int
        var transientFailures: Int
        var permanentFailures: Int
        var outOfBandBounces: Int
        var expirations: Int
        var rejections: Int
        var discards: Int

        enum CodingKeys: String, CodingKey {
            case receptions, deliveries, expirations, rejections, discards
            case transientFailures = "transient_failures"
            case permanentFailures = "permanent_failures"
            case outOfBandBounces = "out_of_band_bounces"
        }
    }

    struct Row: Decodable, Sendable {
        var domain: String?
        var binding: String?
        var node: String?
        var minute: String?
        var measures: Measures

        enum CodingKeys: CodingKey { case domain, binding, node, minute }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            domain = try container.decodeIfPresent(String.self, forKey: .domain)
            binding = try container.decodeIfPresent(String.self, forKey: .binding)
            node = try container.decodeIfPresent(String.self, forKey: .node)
            minute = try container.decodeIfPresent(String.self, forKey: .minute)
            measures = try Measures(from: decoder)
        }
    }

    var completeUntil: String?
    var rows: [Row]
    var total: Measures

    enum CodingKeys: String, CodingKey {
        case completeUntil = "complete_until"
        case rows, total
    }

    /// In the independent counter's terms; without what a report does not tell.
    var tally: Tally {
        Tally(
            receptions: total.receptions,
            deliveries: total.deliveries,
            transientFailures: total.transientFailures,
            permanentFailures: total.permanentFailures,
            expirations: total.expirations,
            rejections: total.rejections
        )
    }

    /// Deliveries by domain, where there are any.
    var deliveriesByDomain: [String: Int] {
        var counts: [String: Int] = [:]
        for row in rows where row.measures.deliveries > 0 {
            if let domain = row.domain { counts[domain] = row.measures.deliveries }
        }
        return counts
    }
}

/// A source, as `collect status --format json` prints it.
struct SourceReport: Decodable, Sendable {
    var node: String
    var source: String
    var format: String
    var sample: Bool
    var state: String
    var completeUntil: String?
    var lagBytes: Int
    var lines: Int
    var events: Int
    var quarantined: Int
    var lastError: String?

    enum CodingKeys: String, CodingKey {
        case node, source, format, sample, state, lines, events, quarantined
        case completeUntil = "complete_until"
        case lagBytes = "lag_bytes"
        case lastError = "last_error"
    }
}
