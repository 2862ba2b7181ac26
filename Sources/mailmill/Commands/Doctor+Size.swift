import Foundation
import PostgresServer
import Store

extension Doctor {
    /// Days before the disk is full from which on it is told.
    private static let warningDays = 30

    /// When the disk will be full, and whether deferred migrations and retention get on.
    func storage() async -> [Finding] {
        do {
            return try await DatabaseAccess(settings).withPool(.report) { pool in
                let storage = try await Retention(pool).storage()
                let run = try await Retention(pool).lastRuns().first
                let moves = try await DeferredMigrations(pool).status()
                return try [growth(storage), Self.retention(run)] + moves.filter { !$0.state.isEnded }.map(Self.move)
            }
        } catch {
            return [Finding(check: "size", verdict: .wrong, text: "\(error)")]
        }
    }

    private func growth(_ storage: [StoredRelation]) throws -> Finding {
        let room = try settings.server.diskRoom()
        let bytes = room.free.bytes - room.reserve.stopsIngestBelow.bytes
        let forecast = StorageForecast(storage)
        let text = StorageView.outlook(forecast, room: bytes, now: Date())
        guard let days = forecast.daysUntilFull(room: bytes), days <= Self.warningDays else {
            return Finding(check: "size", verdict: .good, text: text)
        }
        return Finding(
            check: "size",
            verdict: days <= 3 ? .wrong : .warning,
            text: text,
            advice: "keep less, or add disk: `mailmill database size --if events=7` tells what a change would give"
        )
    }

    private static func retention(_ run: RetentionRun?) -> Finding {
        guard let run else {
            return Finding(
                check: "retention",
                verdict: .warning,
                text: "has not run yet",
                advice: "does a host have the role manager? `mailmill retention run` does it now"
            )
        }
        if let error = run.error { return Finding(check: "retention", verdict: .warning, text: error) }
        let isLate = run.endedAt.timeIntervalSinceNow < -3 * 3600
        return Finding(
            check: "retention",
            verdict: isLate ? .warning : .good,
            text: "ran at \(RFC3339.text(run.endedAt))",
            advice: isLate ? "is `mailmill serve` with the role manager running?" : nil
        )
    }

    private static func move(_ migration: DeferredMigration) -> Finding {
        let share = migration.progress.share.map { "\(Int($0 * 100)) %" } ?? "rows are being counted"
        let text = "\(migration.name): \(migration.isPaused ? "paused" : migration.state.rawValue), \(share)"
        if let error = migration.lastError {
            return Finding(check: "migration", verdict: .warning, text: "\(text); \(error)")
        }
        let reason = migration.heldBy.map { ", waits for \($0)" } ?? ""
        return Finding(check: "migration", verdict: .good, text: text + reason)
    }
}
