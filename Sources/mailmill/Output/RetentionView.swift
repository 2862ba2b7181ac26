import Foundation
import PostgresServer
import Store

/// What is kept, and what goes next, as a table, CSV or JSON.
struct RetentionView {
    /// The manager's pace.
    private static let interval: TimeInterval = 3600

    private let storage: [StoredRelation]
    private let runs: [RetentionRun]

    init(_ storage: [StoredRelation], runs: [RetentionRun]) {
        self.storage = storage.filter { $0.keptDays != nil }
        self.runs = runs
    }

    func text(_ format: OutputFormat) -> String {
        switch format {
        case .table: ([table().aligned()] + lines).joined(separator: "\n")
        case .csv: table().csv()
        case .json: json.text()
        }
    }

    private func table() -> TextTable {
        var table = TextTable(columns: [
            .text("table"), .text("kept_as"), .number("days"), .number("partitions"), .text("oldest"), .text("goes"),
        ])
        for relation in storage {
            table.rows.append([
                relation.name, relation.keptAs?.rawValue ?? "-", relation.keptDays.map { String(Int($0)) } ?? "-",
                String(relation.partitions), relation.oldest.map { RFC3339.text($0) } ?? "-",
                relation.nextDropAt.map { RFC3339.text($0) } ?? "-",
            ])
        }
        return table
    }

    private var lines: [String] {
        guard let last = runs.first else { return ["", "no run yet; the manager makes one each hour"] }
        var lines = [
            "",
            "last run: \(RFC3339.text(last.endedAt)), \(last.dropped) dropped, \(ByteCount(last.freedBytes)) freed, "
                + "\(last.milliseconds) ms; next: \(RFC3339.text(last.endedAt + Self.interval))",
        ]
        if let freeing = runs.dropFirst().first {
            lines.append(
                "last that freed something: \(RFC3339.text(freeing.endedAt)), \(freeing.dropped) dropped, "
                    + "\(ByteCount(freeing.freedBytes)) freed"
            )
        }
        if let error = last.error { lines.append("could not drop everything: \(error)") }
        return lines
    }

    private var json: JSONValue {
        .object([
            (
                "tables",
                .array(
                    storage.map { relation in
                        .object([
                            ("table", .text(relation.name)),
                            ("kept_as", JSONValue(relation.keptAs?.rawValue)),
                            ("kept_days", relation.keptDays.map { .number($0) } ?? .null),
                            ("partitions", .whole(relation.partitions)),
                            ("oldest", JSONValue(relation.oldest)),
                            ("next_drop_at", JSONValue(relation.nextDropAt)),
                        ])
                    }
                )
            ),
            ("last_run", runs.first.map(Self.json) ?? .null),
            ("last_freeing_run", runs.first { $0.dropped > 0 }.map(Self.json) ?? .null),
            ("next_run_at", JSONValue(runs.first.map { $0.endedAt + Self.interval })),
        ])
    }

    private static func json(_ run: RetentionRun) -> JSONValue {
        .object([
            ("ended_at", JSONValue(run.endedAt)),
            ("took_ms", .whole(run.milliseconds)),
            ("dropped", .whole(run.dropped)),
            ("freed_bytes", .whole(run.freedBytes)),
            ("error", JSONValue(run.error)),
        ])
    }
}
