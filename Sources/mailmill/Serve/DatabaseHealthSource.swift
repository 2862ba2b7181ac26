import Foundation
import PostgresClient
import PostgresServer
import WebConsole

/// Gives the console's Database page what it shows: findings, costly statements, and the server's log where it lies here.
struct DatabaseHealthSource: Sendable {
    /// Connections as `mailmill_monitor`.
    let pool: ConnectionPool
    /// nil where the server is on another host.
    let server: DatabaseServer?
    let backup: Settings.Backup

    /// How many entries of the log are shown, out of how many of the newest.
    private static let (shown, searched) = (200, 5000)

    func report(_ filter: LogFilter) async throws -> DatabaseReport {
        let (findings, queries) = try await pool.withConnection { connection in
            let questions = HealthQuestions(connection)
            return (try await questions.findings(), try await questions.topQueries())
        }
        let place = server?.placeFindings() ?? []
        return DatabaseReport(
            findings: (findings + place).map(Self.finding) + backups,
            queries: queries.map {
                DatabaseReport.Query(
                    text: $0.query,
                    role: $0.role,
                    calls: $0.calls,
                    totalMilliseconds: $0.totalMilliseconds,
                    meanMilliseconds: $0.meanMilliseconds
                )
            },
            log: try await log(filter)
        )
    }

    private var backups: [DatabaseReport.Finding] {
        guard let status = server?.backupStatus() else { return [] }
        return BackupHealth(status: status, settings: backup).findings.map { finding in
            let verdict: DatabaseReport.Verdict =
                switch finding.verdict {
                case .good: .good
                case .warning: .warning
                case .wrong: .wrong
                }
            return DatabaseReport.Finding(
                check: finding.check,
                verdict: verdict,
                text: finding.text,
                advice: finding.advice
            )
        }
    }

    private func log(_ filter: LogFilter) async throws -> [DatabaseReport.LogLine]? {
        guard let server else { return nil }
        let level: LogLevel =
            switch filter.level {
            case .log: .log
            case .warning: .warning
            case .error: .error
            }
        var lines: [DatabaseReport.LogLine] = []
        for try await entry in server.logs(lines: Self.searched, follow: false, level: level) {
            let text = [entry.message, entry.detail, entry.statement].compactMap(\.self).joined(separator: "\n")
            guard filter.text.isEmpty || text.localizedCaseInsensitiveContains(filter.text) else { continue }
            lines.append(DatabaseReport.LogLine(time: entry.timestamp, level: "\(entry.level)", text: text))
        }
        return lines.suffix(Self.shown)
    }

    private static func finding(_ finding: ServerFinding) -> DatabaseReport.Finding {
        let verdict: DatabaseReport.Verdict =
            switch finding.verdict {
            case .good: .good
            case .warning: .warning
            case .wrong: .wrong
            }
        return DatabaseReport.Finding(
            check: finding.check,
            verdict: verdict,
            text: finding.text,
            advice: finding.advice
        )
    }
}
