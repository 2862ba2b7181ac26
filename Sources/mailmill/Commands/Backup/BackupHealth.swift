import Foundation
import PostgresServer

/// How backups stand, told to an operator: rows of `database status`, findings of `doctor`.
struct BackupHealth {
    let status: BackupStatus
    let settings: Settings.Backup
    var now = Date()

    /// Segments that may wait in the course of things.
    private static let patience = 8

    var rows: [[String]] {
        guard status.isSetUp else { return [["backups", "none yet"]] }
        return [
            ["last backup", status.record.lastBackup.map { "\($0.label), \(RFC3339.text($0.at))" } ?? "none"],
            [
                "last proven restore",
                status.record.lastProven.map {
                    "\($0.label), \(RFC3339.text($0.at)), took \(Int($0.seconds.rounded(.up))) s"
                }
                    ?? "never",
            ],
        ]
    }

    /// What an operator should act on.
    var alarms: [String] {
        var alarms: [String] = []
        if status.droppedSegments > 0 {
            alarms.append(
                "\(status.droppedSegments) segments of write-ahead log were given up, so that the disk does not fill: "
                    + "no restore to a time after them until `mailmill backup create` has succeeded"
            )
        }
        if let error = status.archiveError {
            alarms.append(
                "the archive fails, and \(status.waitingSegments) segments of write-ahead log wait: "
                    + error.split(separator: "\n").joined(separator: " ")
            )
        } else if status.isSetUp, status.waitingSegments > Self.patience {
            alarms.append("\(status.waitingSegments) segments of write-ahead log wait for the archive")
        }
        if let failure = status.record.lastFailure {
            let first = failure.reason.split(separator: "\n").prefix(3).joined(separator: " ")
            alarms.append("the last \(failure.what) failed at \(RFC3339.text(failure.at)): \(first)")
        }
        return alarms
    }

    var findings: [Doctor.Finding] {
        var findings = alarms.map { Doctor.Finding(check: "backup", verdict: .wrong, text: $0) }
        findings.append(age(status.record.lastBackup?.at, limit: 2 * 86_400, what: "backup", command: "backup create"))
        let limit = 2 * settings.proveEvery.inSeconds
        findings.append(
            age(status.record.lastProven?.at, limit: limit, what: "proven restore", command: "backup prove")
        )
        return findings
    }

    private func age(_ last: Date?, limit: Double, what: String, command: String) -> Doctor.Finding {
        let isFresh = last.map { now.timeIntervalSince($0) < limit } ?? false
        return Doctor.Finding(
            check: what,
            verdict: isFresh ? .good : .warning,
            text: last.map { "the last one is of \(RFC3339.text($0))" } ?? "there is none yet",
            advice: isFresh ? nil : "run `mailmill \(command)`; the setting backup.schedule has `serve` do it"
        )
    }
}
