package import FoundationEssentials

/// How far a restored cluster is recovered.
package enum RecoveryTarget: Sendable, Equatable, CustomStringConvertible {
    /// Everything that was archived, and what the damaged cluster still has.
    case newest
    /// The last commit before a moment.
    case time(Date)
    /// The restore point behind a backup; the end of the backup where it has none.
    case backup(label: String)

    package var description: String {
        switch self {
        case .newest: "the newest state"
        case .time(let time): time.iso8601
        case .backup(let label): "the end of backup \(label)"
        }
    }

    /// The timeline to recover along; nil for the backup's own. At a moment that is the one of that moment, also when a
    /// restore has left it since.
    func timeline(_ timelines: Timelines) -> Timelines.Timeline? {
        switch self {
        case .newest: timelines.newest
        case .time(let time): timelines.current(at: time)
        case .backup: nil
        }
    }

    /// The backup that recovery starts from.
    /// - Throws: `noBackupBefore`; `unknownBackup`; `noBackup`.
    func base(among all: [BackupSet], _ timelines: Timelines = Timelines()) throws -> BackupSet {
        let timeline = timeline(timelines)
        let backups = all.filter { timeline?.follows($0) ?? true }
        guard let newest = backups.last else { throw BackupError.noBackup }
        switch self {
        case .newest: return newest
        case .backup(let label):
            guard let found = backups.first(where: { $0.label == label }) else {
                throw BackupError.unknownBackup(label: label)
            }
            return found
        case .time(let time):
            // pgBackRest takes the newest backup where none is old enough, and the target is ignored: not so here.
            guard let found = backups.last(where: { $0.finishedAt < time }) else {
                throw BackupError.noBackupBefore(target: description, oldest: backups.first?.finishedAt.iso8601)
            }
            return found
        }
    }

    /// Arguments of `pgbackrest restore`.
    func arguments(base: BackupSet, _ timelines: Timelines = Timelines()) -> [String] {
        switch self {
        case .newest: return ["--set=\(base.label)", "--type=default"]
        case .time(let time):
            let text =
                time.formatted(
                    .iso8601.year().month().day().dateSeparator(.dash).dateTimeSeparator(.space)
                        .time(includingFractionalSeconds: true)
                ) + "+00"
            return [
                "--set=\(base.label)", "--type=time", "--target=\(text)", "--target-action=promote",
                "--target-timeline=\(timelines.current(at: time).number)",
            ]
        case .backup:
            guard let point = base.point else {
                return ["--set=\(base.label)", "--type=immediate", "--target-action=promote"]
            }
            return [
                "--set=\(base.label)", "--type=name", "--target=\(point)", "--target-action=promote",
                "--target-timeline=current",
            ]
        }
    }
}
