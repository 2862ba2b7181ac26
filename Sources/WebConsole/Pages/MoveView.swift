internal import Foundation
internal import Store

/// A deferred migration as the Database page shows it.
struct MoveView {
    let migration: DeferredMigration
    let now: Date
    let zone: TimeZone

    var content: [String: Any] {
        let progress = migration.progress
        let total = progress.rowsTotal.map(NumberText.whole) ?? NumberText.unknown
        var content: [String: Any] = [
            "name": migration.name, "summary": migration.summary, "state": state,
            "rows": "\(NumberText.whole(progress.rowsMoved)) of \(total)",
        ]
        if let share = progress.share, !migration.state.isEnded {
            content["progress"] = ["percent": Int(share * 100), "text": NumberText.percent(share)] as [String: Any]
        }
        if migration.state == .moving, let rate = progress.rate {
            let left = progress.secondsLeft.map { ", \(TimeText.span($0)) left" } ?? ""
            content["speed"] = "\(NumberText.whole(Int64(rate))) rows/s\(left)"
        }
        if let reason = migration.heldBy, !migration.isPaused { content["held"] = reason }
        if let error = migration.lastError { content["error"] = error }
        if progress.rowsQuarantined > 0 { content["quarantined"] = NumberText.whole(progress.rowsQuarantined) }
        return content
    }

    private var state: String {
        if migration.isPaused { return "\(migration.state.rawValue), paused" }
        guard migration.state == .moved, let end = migration.completesAt else { return migration.state.rawValue }
        return "moved; can go back until \(TimeText.short(end, now: now, in: zone))"
    }
}
