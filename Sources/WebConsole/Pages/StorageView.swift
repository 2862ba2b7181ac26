internal import Foundation
internal import Store

/// What the database takes by grain, how it grows, and what other times of keeping would give, as the Database page shows it.
struct StorageView {
    let storage: DatabaseStorage
    /// Times of keeping to try; nil: those that hold.
    let tried: RetentionRules?
    let now: Date
    let zone: TimeZone

    /// A line of the table: one grain, or what goes by no setting.
    private struct Line {
        var relations: [StoredRelation]

        var rows: Int64 { relations.reduce(0) { $0 + max(0, $1.rows) } }
        var forecast: StorageForecast { StorageForecast(relations) }
    }

    var content: [String: Any] {
        let forecast = StorageForecast(storage.relations)
        let changed = tried.map(forecast.keeping)
        var content: [String: Any] = [
            "outlook": outlook(forecast, room: storage.room),
            "grains": RetentionRules.Grain.allCases.map { grain in
                ["name": grain.rawValue, "label": Self.label(grain), "days": (tried ?? storage.rules).kept(grain)]
            },
            "lines": (RetentionRules.Grain.allCases.map(Optional.some) + [nil]).map { line($0, changed) },
            "total": figures(forecast, rows: Line(relations: storage.relations).rows, changed: changed),
            "is_tried": changed != nil,
        ]
        if let changed {
            let given = forecast.bytes - changed.bytes
            let freed = given > 0 ? "\(NumberText.bytes(given)) given back at once" : "nothing given back"
            content["tried_outlook"] = "\(freed); then \(outlook(changed, room: storage.room.map { $0 + given }))"
        }
        return content
    }

    private func line(_ grain: RetentionRules.Grain?, _ changed: StorageForecast?) -> [String: Any] {
        let line = Line(relations: storage.relations.filter { $0.keptAs == grain })
        let part = changed.map { StorageForecast($0.relations.filter { $0.keptAs == grain }) }
        var content = figures(line.forecast, rows: line.rows, changed: part)
        content["grain"] = grain.map(Self.label) ?? "all else"
        content["days"] = grain.map { "\(storage.rules.kept($0))" } ?? NumberText.unknown
        return content
    }

    private func figures(_ forecast: StorageForecast, rows: Int64, changed: StorageForecast?) -> [String: Any] {
        var content: [String: Any] = [
            "rows": NumberText.whole(rows),
            "size": NumberText.bytes(forecast.bytes),
            "a_day": NumberText.bytes(Int64(forecast.bytesPerDay)),
            "in_the_end": NumberText.bytes(Int64(forecast.steadyBytes)),
        ]
        if let changed { content["tried"] = ["in_the_end": NumberText.bytes(Int64(changed.steadyBytes))] }
        return content
    }

    private func outlook(_ forecast: StorageForecast, room: Int64?) -> String {
        let size = "\(NumberText.bytes(Int64(forecast.steadyBytes))) in the end"
        guard let room else { return size }
        guard let days = forecast.daysUntilFull(room: room) else {
            return "\(size); the disk will not be full at today’s growth"
        }
        guard days > 0 else { return "the disk is full: events wait" }
        let day = TimeText.minute(now + Double(days) * 86_400, in: zone).prefix(10)
        return "the disk will be full on \(day), in \(days) days, at today’s growth: events would wait then"
    }

    private static func label(_ grain: RetentionRules.Grain) -> String {
        switch grain {
        case .events: "events"
        case .minutes: "by minute"
        case .hours: "by hour"
        case .days: "by day"
        }
    }
}
