import Foundation
import PostgresServer
import Testing

@testable import mailmill

/// When `serve` takes a backup, and when it proves one.
struct BackupPlanTests {
    private let plan = BackupPlan(minuteOfDay: 150, proveEvery: 7 * 86_400)
    private func time(_ day: Double, _ hour: Double) -> Date { Date(timeIntervalSince1970: day * 86_400 + hour * 3600) }

    private func record(backup: Date? = nil, proven: Date? = nil, failure: Date? = nil) -> BackupRecord {
        var record = BackupRecord()
        record.lastBackup = backup.map { .init(label: "a", at: $0, seconds: 1) }
        record.lastProven = proven.map { .init(label: "a", at: $0, seconds: 1) }
        record.lastFailure = failure.map { .init(what: "backup", at: $0, reason: "") }
        return record
    }

    @Test func aBackupIsDueOnceADayFromItsMinuteOn() {
        let proven = time(9, 3)
        #expect(plan.step(time(10, 2.4), record(backup: time(9, 2.6), proven: proven)) == nil)
        #expect(plan.step(time(10, 2.5), record(backup: time(9, 2.6), proven: proven)) == .backup)
        #expect(plan.step(time(10, 3), record(backup: time(10, 2.6), proven: proven)) == nil)
        #expect(plan.nextDue(time(10, 3)) == time(11, 2.5))
    }

    @Test func aMissedBackupIsTakenAtOnceAndTheFirstOneToo() {
        #expect(plan.step(time(10, 20), record(backup: time(8, 2.6))) == .backup)
        #expect(plan.step(time(10, 20), record()) == .backup)
    }

    @Test func anUpgradeMakesABackupDue() {
        let record = record(backup: time(10, 2.6), proven: time(9, 3))
        #expect(plan.step(time(10, 4), record, clusterSince: time(10, 2)) == nil)
        #expect(plan.step(time(10, 4), record, clusterSince: time(10, 3)) == .backup)
    }

    @Test func aDrillFollowsABackupWhenTheLastIsAWeekOld() {
        #expect(plan.step(time(10, 3), record(backup: time(10, 2.6))) == .prove)
        #expect(plan.step(time(10, 3), record(backup: time(10, 2.6), proven: time(3, 3))) == .prove)
        #expect(plan.step(time(10, 3), record(backup: time(10, 2.6), proven: time(3, 4))) == nil)
    }

    @Test func whatFailedIsTriedAgainAnHourLater() {
        #expect(plan.step(time(10, 3), record(failure: time(10, 2.5))) == nil)
        #expect(plan.step(time(10, 4), record(failure: time(10, 2.5))) == .backup)
    }
}
