import MailEvents
import PostgresClient

/// An independent count of events: what every cube and every report has to agree with.
struct Tally: Sendable {
    /// The measures, in the order of `columns`.
    static let columns = [
        "receptions", "deliveries", "deliveries_later", "transient_failures", "transient_failures_later",
        "permanent_failures", "out_of_band_bounces", "expirations", "rejections_5xx", "rejections_4xx", "discards",
        "administrative_failures", "feedback_reports", "deliveries_timed", "delivery_ms_max", "bytes_in", "bytes_out",
        "delivery_ms_sum",
    ]

    /// What a row of figures is told apart by. nil: not asked for.
    struct Key: Hashable, Sendable {
        var bucket: Int64?
        var node: String?
        var binding: String?
        var domain: String?
    }

    struct Entry: Sendable {
        var node: String
        var event: TestEvent
    }

    var entries: [Entry] = []
    /// Domains that the cubes name; others count as `other`.
    var named: Set<String> = []

    /// The measures that one event adds.
    static func measures(of event: TestEvent) -> [Int64] {
        var row = [Int64](repeating: 0, count: columns.count)
        func count(_ column: String, _ value: Int64 = 1) {
            if let index = columns.firstIndex(of: column) { row[index] += value }
        }
        switch event.kind {
        case .reception:
            count("receptions")
            count("bytes_in", max(event.size, 0))
        case .delivery:
            count("deliveries")
            count("bytes_out", max(event.size, 0))
            if event.attempt > 1 { count("deliveries_later") }
            guard event.delay >= 0 else { break }
            count("deliveries_timed")
            count("delivery_ms_sum", event.delay)
            count("delivery_ms_max", event.delay)
        case .transientFailure:
            count("transient_failures")
            if event.attempt > 1 { count("transient_failures_later") }
        case .permanentFailure: count("permanent_failures")
        case .outOfBandBounce: count("out_of_band_bounces")
        case .expiration: count("expirations")
        case .rejection: count(event.replyCode >= 0 && event.replyCode < 500 ? "rejections_4xx" : "rejections_5xx")
        case .discard: count("discards")
        case .administrativeFailure: count("administrative_failures")
        case .feedbackReport: count("feedback_reports")
        case .transfer: break
        case .envelope: count("bytes_in", max(event.size, 0))
        }
        return row
    }

    /// The name that cubes give an event's domain.
    func name(of event: TestEvent) -> String {
        event.domain.isEmpty || named.contains(event.domain) ? event.domain : "other"
    }

    /// Sums the counted events that `isIn` lets through, by key.
    func sum(where isIn: (Entry) -> Bool, by key: (Entry) -> Key) -> [Key: [Int64]] {
        var sums: [Key: [Int64]] = [:]
        for entry in entries where entry.event.kind != .transfer && isIn(entry) {
            Self.add(Self.measures(of: entry.event), to: &sums[key(entry), default: Self.nothing])
        }
        return sums
    }

    static let nothing = [Int64](repeating: 0, count: columns.count)

    static func add(_ more: [Int64], to sum: inout [Int64]) {
        for (index, column) in columns.enumerated() {
            sum[index] = column.hasSuffix("_max") ? max(sum[index], more[index]) : sum[index] + more[index]
        }
    }

    /// Reads rows of a view of a cube, or of `report_v1.traffic`.
    static func read(_ rows: Rows, bucket: String?, keys: Set<String>) throws -> [Key: [Int64]] {
        var found: [Key: [Int64]] = [:]
        for row in rows {
            var key = Key()
            if let bucket { key.bucket = try row.get(bucket, as: Timestamp.self).microseconds }
            if keys.contains("node") { key.node = try row.get("node") }
            if keys.contains("binding") {
                key.binding = try row.get("binding_group", as: String.self) + "/" + row.get("binding", as: String.self)
            }
            if keys.contains("domain") { key.domain = try row.get("domain") }
            found[key] = try columns.map { try row.get($0) }
        }
        return found
    }
}
