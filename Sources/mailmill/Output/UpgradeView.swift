import Foundation
import PostgresServer

/// Where an upgrade stands, for a person or a program.
enum UpgradeView {
    static func table(_ status: UpgradeStatus) -> TextTable {
        var table = TextTable(columns: [.text("what"), .text("value")])
        guard let journal = status.journal else { return table }
        table.rows.append(["state", state(status, journal)])
        table.rows.append(["from", "PostgreSQL \(journal.from)"])
        table.rows.append(["to", "PostgreSQL \(journal.to)"])
        if let method = journal.method { table.rows.append(["method", method.rawValue]) }
        table.rows.append(["begun", RFC3339.text(journal.startedAt)])
        if let progress = status.progress { table.rows.append(["progress", "\(progress)"]) }
        if let switched = journal.switchedAt { table.rows.append(["switched", RFC3339.text(switched)]) }
        if let waited = journal.waitedSeconds {
            table.rows.append(["events waited", "\((waited * 10).rounded() / 10) s"])
        }
        if status.kept > .zero { table.rows.append(["other cluster", "\(status.kept)"]) }
        if !journal.reason.isEmpty { table.rows.append(["reason", journal.reason]) }
        table.rows.append(["log", status.log])
        return table
    }

    static func text(_ status: UpgradeStatus) -> String {
        let rows = table(status).rows
        guard !rows.isEmpty else {
            return "no upgrade was begun here; `mailmill upgrade check` tells what one would need"
        }
        let width = rows.map { $0[0].count }.max() ?? 0
        return rows.map { $0[0] + String(repeating: " ", count: width - $0[0].count + 2) + $0[1] }
            .joined(separator: "\n")
    }

    static func json(_ status: UpgradeStatus) -> JSONValue {
        guard let journal = status.journal else { return .object([("state", .text("none"))]) }
        return .object([
            ("state", .text(journal.step.rawValue)),
            ("at_work", .flag(status.isAtWork)),
            ("pid", .init(status.process.map { Int64($0) })),
            ("from", .text("\(journal.from)")),
            ("to", .text("\(journal.to)")),
            ("method", JSONValue(journal.method?.rawValue)),
            ("started_at", .text(RFC3339.text(journal.startedAt))),
            ("switched_at", JSONValue(journal.switchedAt.map { RFC3339.text($0) })),
            ("share", status.progress.map { .number($0.share) } ?? .null),
            ("seconds_left", status.progress?.secondsLeft.map { .whole(Int64($0)) } ?? .null),
            ("waited_seconds", journal.waitedSeconds.map { .number($0) } ?? .null),
            ("kept_bytes", .whole(status.kept.bytes)),
            ("reason", .text(journal.reason)),
            ("log", .text(status.log)),
        ])
    }

    private static func state(_ status: UpgradeStatus, _ journal: UpgradeJournal) -> String {
        switch journal.step {
        case .rehearsing, .copying, .switching, .rollingBack:
            status.isAtWork
                ? journal.step.rawValue : "killed while \(journal.step.rawValue); the next start or run settles it"
        case .switched: "upgraded; the old cluster is kept"
        case .rolledBack: "rolled back; the newer cluster is kept"
        case .finished: "finished"
        case .failed: "failed; everything is as it was"
        }
    }
}
