import Foundation
import Testing

@testable import PostgresServer

/// What expires, and what never does.
struct ExpiryPlanTests {
    private let day = 86_400.0

    private func plan(_ backups: [BackupSet], windowDay: Double, atLeast: Int) -> ExpiryPlan {
        ExpiryPlan(backups, window: Date(timeIntervalSince1970: windowDay * day), atLeast: atLeast)
    }

    @Test func theBackupBeforeTheWindowStaysSoThatItsFirstMomentCanBeRestored() {
        let backups = (1...5).map { BackupSet.example("f\($0)", finishedAt: Double($0) * day) }
        let plan = self.plan(backups, windowDay: 3.5, atLeast: 1)
        #expect(plan.expired == ["f1", "f2"])
        #expect(plan.kept.map(\.label) == ["f3", "f4", "f5"])
    }

    @Test func theMinimumStaysHoweverOld() {
        let backups = (1...4).map { BackupSet.example("f\($0)", finishedAt: Double($0) * day) }
        #expect(plan(backups, windowDay: 1000, atLeast: 3).expired == ["f1"])
        #expect(plan(backups, windowDay: 0, atLeast: 1).expired == [])
        #expect(plan([], windowDay: 1000, atLeast: 3).expired == [])
    }

    @Test func theLastProvenBackupStaysWithTheFullOneThatItNeeds() {
        var backups = (1...5).map { BackupSet.example("f\($0)", finishedAt: Double($0) * day) }
        backups[0] = .example("f1", finishedAt: day, provenAt: 2 * day)
        backups.insert(.example("f2_i", type: .incremental, finishedAt: 2.5 * day, provenAt: 3 * day), at: 2)
        let plan = self.plan(backups, windowDay: 5.5, atLeast: 1)
        #expect(plan.expired == ["f1", "f3", "f4"])
        #expect(plan.kept.first?.reason == "the last one that was proven")
    }
}
