import Foundation
import PostgresServer
import Store

/// What the database takes by grain, how it grows, and when the disk is full.
struct StorageView {
    private let forecast: StorageForecast
    /// With other times of keeping, where they were asked for.
    private let changed: StorageForecast?
    /// Bytes that the database may still grow by before ingest stops.
    private let room: Int64
    private let now: Date

    init(_ storage: [StoredRelation], room: Int64, keeping rules: RetentionRules? = nil, now: Date = Date()) {
        forecast = StorageForecast(storage)
        changed = rules.map(forecast.keeping)
        self.room = room
        self.now = now
    }

    // MARK: - For a person

    func text(csv isCSV: Bool) -> String {
        func size(_ bytes: Double) -> String { isCSV ? String(Int64(bytes)) : "\(ByteCount(Int64(bytes)))" }
        var table = TextTable(columns: [
            .text("table"), .number("days"), .number("rows"), .number("size"), .number("a_day"), .number("in_the_end"),
        ])
        let shown = forecast.relations.filter { $0.bytes > 0 }.sorted { $0.bytes > $1.bytes }
        for relation in shown {
            table.rows.append([
                relation.name, relation.keptDays.map { String(Int($0)) } ?? "", String(relation.rows),
                size(Double(relation.bytes)), size(relation.bytesPerDay), size(relation.steadyBytes),
            ])
        }
        table.rows.append([
            "all", "", "", size(Double(forecast.bytes)), size(forecast.bytesPerDay), size(forecast.steadyBytes),
        ])
        guard !isCSV else { return table.csv() }
        var lines = [table.aligned(), "", Self.outlook(forecast, room: room, now: now)]
        if let changed {
            let given = forecast.bytes - changed.bytes
            lines.append(
                "so changed: \(given >= 0 ? "\(ByteCount(given)) given back at once" : "nothing given back"), "
                    + "\(ByteCount(Int64(changed.steadyBytes))) in the end; "
                    + Self.outlook(changed, room: room + given, now: now)
            )
        }
        return lines.joined(separator: "\n")
    }

    /// `the disk will be full on 2027-03-01, in 93 days, at today's growth`
    static func outlook(_ forecast: StorageForecast, room: Int64, now: Date) -> String {
        guard let days = forecast.daysUntilFull(room: room) else {
            return "the disk will not be full at today's growth"
        }
        guard days > 0 else { return "the disk is full: ingest waits" }
        let day = RFC3339.text(now + Double(days) * 86_400).prefix(10)
        return "the disk will be full on \(day), in \(days) days, at today's growth: ingest would wait then"
    }

    // MARK: - For programs

    var json: JSONValue {
        .object([
            ("tables", .array(forecast.relations.map(Self.json))),
            ("bytes", .whole(forecast.bytes)),
            ("bytes_per_day", .number(forecast.bytesPerDay)),
            ("steady_bytes", .number(forecast.steadyBytes)),
            ("room_bytes", .whole(room)),
            ("days_until_full", JSONValue(forecast.daysUntilFull(room: room).map { Int64($0) })),
            ("full_at", JSONValue(forecast.daysUntilFull(room: room).map { now + Double($0) * 86_400 })),
            ("changed", changed.map { changed in Self.json(changed, from: forecast, room: room) } ?? .null),
        ])
    }

    private static func json(_ changed: StorageForecast, from forecast: StorageForecast, room: Int64) -> JSONValue {
        let given = forecast.bytes - changed.bytes
        return .object([
            ("freed_bytes", .whole(given)),
            ("steady_bytes", .number(changed.steadyBytes)),
            ("days_until_full", JSONValue(changed.daysUntilFull(room: room + given).map { Int64($0) })),
        ])
    }

    private static func json(_ relation: StoredRelation) -> JSONValue {
        .object([
            ("table", .text(relation.name)),
            ("kept_as", JSONValue(relation.keptAs?.rawValue)),
            ("kept_days", relation.keptDays.map { .number($0) } ?? .null),
            ("partitions", .whole(relation.partitions)),
            ("rows", .whole(relation.rows)),
            ("bytes", .whole(relation.bytes)),
            ("bytes_per_day", .number(relation.bytesPerDay)),
            ("steady_bytes", .number(relation.steadyBytes)),
            ("oldest", JSONValue(relation.oldest)),
        ])
    }
}
