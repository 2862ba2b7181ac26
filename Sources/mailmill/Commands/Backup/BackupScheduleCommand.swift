import ArgumentParser
import Foundation
import PostgresServer

struct BackupScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "When `serve` takes the next backup and proves the next one.",
        discussion: "Set by backup.schedule, backup.full_every and backup.prove_every."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let settings = try global.settings()
        let record = settings.server.backupStatus()?.record ?? BackupRecord()
        if let plan = settings.backup.plan {
            Terminal.print("next backup:  \(RFC3339.text(plan.nextDue(Date())))")
            let proven = record.lastProven.map { max(Date(), $0.at.addingTimeInterval(plan.proveEvery)) }
            Terminal.print("next drill:   \(proven.map { RFC3339.text($0) } ?? "after the next backup")")
        } else {
            Terminal.print(
                "no schedule: the setting backup.schedule is empty; `backup.schedule: \"02:30\"` takes one every day"
            )
        }
        Terminal.print("last backup:  \(record.lastBackup.map { "\($0.label), \(RFC3339.text($0.at))" } ?? "none")")
        Terminal.print("last proven:  \(record.lastProven.map { "\($0.label), \(RFC3339.text($0.at))" } ?? "never")")
    }
}

extension Settings.Backup {
    /// Nil without a schedule.
    var plan: BackupPlan? {
        minuteOfDay.map { BackupPlan(minuteOfDay: $0, proveEvery: proveEvery.inSeconds) }
    }
}
