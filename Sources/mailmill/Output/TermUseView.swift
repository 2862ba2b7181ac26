import Store

/// How many texts of a kind are known, as the command line tells it.
enum TermUseView {
    static func document(_ use: TermUse) -> JSONValue {
        .object([
            ("kind", .text(use.kind)),
            ("known", .whole(use.known)),
            ("limit", .whole(use.limit)),
            ("room_now", .whole(use.roomNow)),
            ("per_hour", .whole(use.perHour)),
            ("other_too_many", .whole(use.refusedRate)),
            ("other_full", .whole(use.refusedFull)),
            ("other_too_long", .whole(use.refusedLength)),
            ("last_other_at", JSONValue(use.lastRefusedAt)),
        ])
    }

    /// What became of the texts that were called "other".
    static func sentence(_ use: TermUse) -> String {
        let last = use.lastRefusedAt.map { ", the last at \(RFC3339.text($0))" } ?? ""
        return "\(use.refused) times a \(use.kind) was counted as 'other'\(last): "
            + "\(use.refusedRate) too many at once, \(use.refusedFull) past the limit of \(use.limit), "
            + "\(use.refusedLength) too long"
    }
}
