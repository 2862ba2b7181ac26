internal import Foundation
internal import MailEvents

/// The events of a batch whose time cannot be: before 1990, or more than a day ahead of the clock. Their lines go to
/// quarantine; nothing else of the batch is touched.
struct ImpossibleTimes {
    /// 1990-01-01, in microseconds since 1970 UTC.
    private static let earliest: Int64 = 631_152_000_000_000
    private static let tolerance: Int64 = 86_400_000_000

    /// Indexes into the batch's events.
    private(set) var indexes: Set<Int> = []
    private(set) var lines: [LineUnread] = []
    /// The batch's "read up to", unless it is an impossible time itself: then the newest time of its events that can be.
    let readUpTo: Int64?

    /// - Parameter now: by the database's clock.
    init(_ batch: EventBatch, now: Date) {
        let latest = Int64(now.timeIntervalSince1970 * 1_000_000) + Self.tolerance
        let possible = Self.earliest...latest
        if let told = batch.readUpTo, !possible.contains(told) {
            readUpTo = batch.events.lazy.map(\.occurredAt).filter(possible.contains).max()
        } else {
            readUpTo = batch.readUpTo
        }
        for (index, event) in batch.events.enumerated() where !possible.contains(event.occurredAt) {
            indexes.insert(index)
            let line = Self.line(of: event, in: batch.bytes)
            if lines.last?.text == line { continue }
            lines.append(
                LineUnread(position: batch.from + Int64(line.offset), text: line, reason: .impossibleTime)
            )
        }
    }

    /// The line that an event's fields stand in.
    private static func line(of event: MailEvent, in bytes: [UInt8]) -> Field {
        let fields = [event.messageID, event.recipientDomain, event.binding, event.remoteHost, event.reply]
        guard let field = fields.first(where: { !$0.isEmpty }), Int(field.offset) < bytes.count else { return .absent }
        let lineFeed = UInt8(ascii: "\n")
        let start = bytes[..<Int(field.offset)].lastIndex(of: lineFeed).map { $0 + 1 } ?? 0
        let end = bytes[Int(field.offset)...].firstIndex(of: lineFeed) ?? bytes.count
        return Field(offset: UInt32(start), length: UInt32(end - start))
    }
}
