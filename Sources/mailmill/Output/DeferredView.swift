import Foundation
import Store

/// Deferred migrations as a table, CSV or JSON.
struct DeferredView {
    private let all: [DeferredMigration]

    init(_ all: [DeferredMigration]) {
        self.all = all
    }

    func text(_ format: OutputFormat) -> String {
        switch format {
        case .table: all.isEmpty ? "there is no deferred migration" : all.map(Self.lines).joined(separator: "\n\n")
        case .csv: table().csv()
        case .json: JSONValue.array(all.map(Self.json)).text()
        }
    }

    // MARK: - For a person

    private static func lines(_ migration: DeferredMigration) -> String {
        let progress = migration.progress
        var table = TextTable(columns: [.text("name"), .text(migration.name)])
        table.rows.append(["what", migration.summary])
        table.rows.append(["state", state(migration)])
        if let reason = migration.heldBy, !migration.isPaused {
            let since = migration.heldSince.map { ", since \(RFC3339.text($0))" } ?? ""
            table.rows.append(["waits for", reason + since])
        }
        let total = progress.rowsTotal.map { String($0) } ?? "rows that are being counted"
        let share = progress.share.map { " (\(Int($0 * 100)) %)" } ?? ""
        table.rows.append(["rows", "\(progress.rowsMoved) of \(total)\(share)"])
        if progress.rowsQuarantined > 0 {
            table.rows.append([
                "quarantine", "\(progress.rowsQuarantined) rows that do not fit, in ops.deferred_quarantine",
            ])
        }
        if !migration.state.isEnded, let rate = progress.rate {
            let limit = migration.rowsPerSecond.map { ", limited to \($0)" } ?? ""
            table.rows.append(["speed", "\(Int(rate)) rows/s\(limit), \(migration.chunkRows) a chunk"])
        }
        if migration.state == .moving, let left = progress.secondsLeft, let best = progress.secondsLeftAtBest,
            let worst = progress.secondsLeftAtWorst
        {
            table.rows.append(["left", "\(span(left)) (\(span(best)) to \(span(worst)))"])
        }
        if let bytes = migration.extraBytes, !migration.state.isEnded {
            table.rows.append(["extra disk", "at most \(bytes >> 20) MiB beside the rows themselves"])
        }
        if let error = migration.lastError { table.rows.append(["last error", error]) }
        return table.aligned()
    }

    private static func state(_ migration: DeferredMigration) -> String {
        if migration.isPaused { return "\(migration.state.rawValue), paused" }
        guard migration.state == .moved, let end = migration.completesAt else { return migration.state.rawValue }
        return "moved; rollback is possible until \(RFC3339.text(end))"
    }

    /// `3 h 20 min`
    private static func span(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(.up), 1e9))
        return switch whole {
        case ..<60: "\(whole) s"
        case ..<3600: "\((whole + 59) / 60) min"
        case ..<172_800: "\(whole / 3600) h \(whole % 3600 / 60) min"
        default: "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
        }
    }

    // MARK: - For programs

    private func table() -> TextTable {
        var table = TextTable(columns: [
            .text("name"), .text("state"), .text("is_paused"), .text("held_by"), .number("rows_total"),
            .number("rows_moved"), .number("rows_quarantined"), .number("rows_per_second"), .number("seconds_left"),
        ])
        for migration in all {
            let progress = migration.progress
            table.rows.append([
                migration.name, migration.state.rawValue, "\(migration.isPaused)", migration.heldBy ?? "",
                progress.rowsTotal.map { String($0) } ?? "", String(progress.rowsMoved),
                String(progress.rowsQuarantined), progress.rate.map { String(Int($0)) } ?? "",
                progress.secondsLeft.map { String(Int($0)) } ?? "",
            ])
        }
        return table
    }

    private static func json(_ migration: DeferredMigration) -> JSONValue {
        let progress = migration.progress
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        return .object([
            ("name", .text(migration.name)),
            ("summary", .text(migration.summary)),
            ("state", .text(migration.state.rawValue)),
            ("is_paused", .flag(migration.isPaused)),
            ("held_by", JSONValue(migration.heldBy)),
            ("held_since", JSONValue(migration.heldSince)),
            ("run", .whole(Int64(migration.run))),
            ("rows_total", JSONValue(progress.rowsTotal)),
            ("rows_moved", .whole(progress.rowsMoved)),
            ("rows_quarantined", .whole(progress.rowsQuarantined)),
            ("rows_per_second", number(progress.rate)),
            ("rows_per_second_limit", JSONValue(migration.rowsPerSecond.map { Int64($0) })),
            ("chunk_rows", .whole(Int64(migration.chunkRows))),
            ("seconds_left", number(progress.secondsLeft)),
            ("seconds_left_low", number(progress.secondsLeftAtBest)),
            ("seconds_left_high", number(progress.secondsLeftAtWorst)),
            ("extra_bytes", JSONValue(migration.extraBytes)),
            ("registered_at", JSONValue(migration.registeredAt)),
            ("started_at", JSONValue(migration.startedAt)),
            ("moved_at", JSONValue(migration.movedAt)),
            ("completes_at", JSONValue(migration.completesAt)),
            ("ended_at", JSONValue(migration.endedAt)),
            ("last_error", JSONValue(migration.lastError)),
        ])
    }
}
