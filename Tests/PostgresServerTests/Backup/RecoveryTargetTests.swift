import Foundation
import Testing

@testable import PostgresServer

/// Which backup a restore starts from, and what pgBackRest is told.
struct RecoveryTargetTests {
    private let backups = [100.0, 200, 300].map { BackupSet.example("20261128-1100\(Int($0) / 100)0F", finishedAt: $0) }

    @Test func theNewestBackupThatEndedBeforeTheTimeIsTaken() throws {
        let target = RecoveryTarget.time(Date(timeIntervalSince1970: 250.25))
        let base = try target.base(among: backups)
        #expect(base.finishedAt == Date(timeIntervalSince1970: 200))
        #expect(target.arguments(base: base).contains("--target=1970-01-01 00:04:10.250+00"))
    }

    @Test func aTimeBeforeEveryBackupIsAnErrorAndNotTheNewestBackup() {
        let error = #expect(throws: BackupError.self) {
            try RecoveryTarget.time(Date(timeIntervalSince1970: 99)).base(among: backups)
        }
        #expect(error == .noBackupBefore(target: "1970-01-01T00:01:39Z", oldest: "1970-01-01T00:01:40Z"))
        #expect(throws: BackupError.noBackup) { try RecoveryTarget.newest.base(among: []) }
        #expect(throws: BackupError.unknownBackup(label: "x")) {
            try RecoveryTarget.backup(label: "x").base(among: backups)
        }
    }

    @Test func aBackupIsRecoveredToItsRestorePointAndWithoutOneToItsEnd() throws {
        let base = try RecoveryTarget.newest.base(among: backups)
        let target = RecoveryTarget.backup(label: base.label)
        #expect(target.arguments(base: base).contains("--target=mailmill-\(base.label)"))
        let bare = BackupSet.example(base.label, finishedAt: 1, point: nil)
        #expect(target.arguments(base: bare).contains("--type=immediate"))
    }

    /// At 350 the database was restored to where the second backup had ended: the third one is on a timeline that was left.
    @Test func aBackupOfATimelineThatWasLeftLeadsToItsOwnTimeOnly() throws {
        let backups = [(1, 100.0), (2, 200.0), (3, 300.0), (4, 400.0)].map { number, time in
            BackupSet.example(
                "\(number)",
                finishedAt: time,
                lastSegment: time < 350 ? "00000001000000000000000\(number)" : "000000020000000000000003",
                stopPosition: UInt64(time < 350 ? number : 3) << 24
            )
        }
        let history = "1\t0/2000100\tat restore point \"mailmill-2\"\n"
        let forks = Timelines.forks(in: history)
        #expect(forks == [1: 0x200_0100])
        let timelines = Timelines([.init(number: 2, since: Date(timeIntervalSince1970: 350), forks: forks)])
        func base(_ target: RecoveryTarget, among count: Int) throws -> String {
            try target.base(among: Array(backups.prefix(count)), timelines).label
        }
        #expect(try base(.newest, among: 4) == "4")
        #expect(try base(.newest, among: 3) == "2")
        let left = RecoveryTarget.time(Date(timeIntervalSince1970: 320))
        #expect(try base(left, among: 4) == "3")
        #expect(left.arguments(base: backups[2], timelines).contains("--target-timeline=1"))
        let later = RecoveryTarget.time(Date(timeIntervalSince1970: 360))
        #expect(try base(later, among: 4) == "2")
        #expect(later.arguments(base: backups[1], timelines).contains("--target-timeline=2"))
        #expect(try base(.backup(label: "3"), among: 4) == "3")
    }

    @Test func whatPgBackRestTellsIsRead() throws {
        let text = #"""
            [{"backup":[{"annotation":{"mailmill-figures":"{\"ops.node\":\"3\"}","mailmill-point":"p","mailmill-proven-at":"60"},
            "archive":{"start":"A","stop":"B"},"error":true,"info":{"size":7,"repository":{"delta":5,"size":6}},
            "label":"20261128-112951F_20261128-113155I","reference":["20261128-112951F"],
            "timestamp":{"start":1,"stop":2},"type":"incr"}],"name":"mailmill"},{"backup":[],"name":"other"}]
            """#
        let backup = try #require(try BackupInfo.backups(in: text).first)
        #expect(backup.fullLabel == "20261128-112951F")
        #expect(backup.figures == ["ops.node": "3"])
        #expect(backup.provenAt == Date(timeIntervalSince1970: 60))
        #expect(backup.hasDamagedPages)
        #expect(backup.repositorySize == ByteCount(5))
    }
}

extension BackupSet {
    /// A backup whose other values do not matter.
    static func example(
        _ label: String,
        type: BackupType = .full,
        finishedAt: Double,
        point: String? = "",
        provenAt: Double? = nil,
        lastSegment: String = "",
        stopPosition: UInt64? = nil
    ) -> BackupSet {
        BackupSet(
            label: label,
            type: type,
            startedAt: Date(timeIntervalSince1970: finishedAt - 1),
            finishedAt: Date(timeIntervalSince1970: finishedAt),
            databaseSize: ByteCount(1),
            repositorySize: ByteCount(1),
            needs: [],
            hasDamagedPages: false,
            firstSegment: "",
            lastSegment: lastSegment,
            stopPosition: stopPosition,
            point: point.map { $0.isEmpty ? "mailmill-\(label)" : $0 },
            figures: nil,
            provenAt: provenAt.map { Date(timeIntervalSince1970: $0) },
            provenSeconds: nil
        )
    }
}
