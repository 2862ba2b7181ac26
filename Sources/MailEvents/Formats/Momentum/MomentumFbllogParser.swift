/// Momentum's `fbllog.ec` (version 4 and later): feedback reports, one a line, fields parted by `@`, the type `F` in
/// field 2. Fields that later versions append stand in the user string.
package struct MomentumFbllogParser: LogParser {
    /// Version of `state`, which is all there is of it: every line stands alone.
    private static let version: UInt8 = 1

    private var bounds = TimeBounds()

    /// - Parameters: what every format is given; nothing of it is needed here.
    package init(context: LogFormat.Context, state: [UInt8] = []) {}

    package var newestPossible: Int64 {
        get { bounds.newest }
        set { bounds.newest = newValue }
    }

    package var state: [UInt8] { [Self.version] }

    @inline(__always)
    package mutating func parse(_ line: UnsafeRawBufferPointer, into events: inout [MailEvent]) -> LineOutcome {
        guard let bytes = LineBytes(whole: line) else { return .nothing(at: nil) }
        guard let time = bytes.momentumTime else { return .unreadable(.noTimestamp) }
        var fields = MomentumFields(bytes)
        guard fields.next() != nil, let messageID = fields.next(), let type = fields.next() else {
            return .unreadable(.missingField)
        }
        if type.isEmpty, fields.next() != nil, let fourth = fields.next(), bytes.isHeartbeat(fourth) {
            return .nothing(at: bounds.allow(time) ? time : nil)
        }
        guard bytes.isLetter("F", type) else { return .unreadable(.unknownRecord) }
        guard bounds.allow(time) else { return .unreadable(.impossibleTime) }
        guard let recipientLocal = fields.next(), let recipientDomain = fields.next(), let binding = fields.next(),
            let group = fields.next(), let feedbackType = fields.next(), let reporter = fields.next()
        else { return .unreadable(.missingField) }
        var event = MailEvent(occurredAt: time, kind: .feedbackReport)
        event.messageID = messageID
        event.recipientLocal = recipientLocal
        event.recipientDomain = recipientDomain
        event.binding = binding
        event.bindingGroup = group
        event.remoteHost = reporter
        event.reply = feedbackType
        events.append(event)
        return .events
    }
}
