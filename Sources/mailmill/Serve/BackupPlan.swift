import Foundation
import PostgresServer

/// When `serve` takes the next backup, and when it proves one. Pure: knows the clock only as what it is given.
struct BackupPlan: Equatable {
    /// Minute of the day in UTC.
    var minuteOfDay: Int
    var proveEvery: Double
    /// After a failure it is tried again so many seconds later.
    var retryAfter: Double = 3600

    /// What is to be done.
    enum Step: Equatable {
        case backup
        case prove
    }

    /// The last time that the schedule names, at or before `now`.
    func lastDue(_ now: Date) -> Date {
        let day = 86_400.0
        let midnight = (now.timeIntervalSince1970 / day).rounded(.down) * day
        let today = Date(timeIntervalSince1970: midnight + Double(minuteOfDay) * 60)
        return today <= now ? today : today.addingTimeInterval(-day)
    }

    func nextDue(_ now: Date) -> Date { lastDue(now).addingTimeInterval(86_400) }

    /// A backup that was missed while `serve` did not run is taken at once; a drill follows a backup.
    ///
    /// - Parameter clusterSince: since when the cluster is another one, after an upgrade or a rollback: older backups do
    ///   not count.
    func step(_ now: Date, _ record: BackupRecord, clusterSince: Date? = nil) -> Step? {
        if let failure = record.lastFailure, now.timeIntervalSince(failure.at) < retryAfter { return nil }
        let due = max(lastDue(now), clusterSince ?? .distantPast)
        guard let last = record.lastBackup?.at, last >= due else { return .backup }
        let proven = record.lastProven?.at ?? .distantPast
        return now.timeIntervalSince(proven) >= proveEvery ? .prove : nil
    }
}
