/// Momentum's `bouncelog.ec` (versions 3 to 5): one record a line, fields parted by `@`, the record's type in field 4.
///
/// Counted are bounces that came back by mail: type B at stage 21, out of band. This log is where they are told, and
/// mainlog does not know them. All else in it names again, with recipient and class, what mainlog tells as P and T:
/// those count there, and are nothing here, so that a node whose two logs are followed counts each event once. Fields
/// that later versions append stand in the reply.
package struct MomentumBouncelogParser: LogParser {
    /// Version of `state`, which is all there is of it: every line stands alone.
    private static let version: UInt8 = 1
    /// The connection stage of a bounce that came back by mail.
    private static let outOfBand: Int64 = 21

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
        guard fields.next() != nil, let messageID = fields.next(), fields.next() != nil, fields.next() != nil,
            let type = fields.next()
        else { return .unreadable(.missingField) }
        if bytes.isHeartbeat(type) { return .nothing(at: bounds.allow(time) ? time : nil) }
        let isBounce = bytes.isLetter("B", type)
        guard isBounce || bytes.isLetter("T", type) else { return .unreadable(.unknownRecord) }
        guard bounds.allow(time) else { return .unreadable(.impossibleTime) }
        var event = MailEvent(occurredAt: time, kind: .outOfBandBounce)
        event.messageID = messageID
        if let reason = event.readBounce(&fields) { return .unreadable(reason) }
        guard isBounce, Int64(event.stage) == Self.outOfBand else { return .nothing(at: time) }
        events.append(event)
        return .events
    }
}

extension MailEvent {
    /// Fills in a bounce from the field after its type on: recipient, sender, binding group, binding, stage, class,
    /// size, remote address, reply. Gives why it cannot.
    fileprivate mutating func readBounce(_ fields: inout MomentumFields) -> UnreadableReason? {
        guard let recipientLocal = fields.next(), let recipientDomain = fields.next(),
            let senderLocal = fields.next(), let senderDomain = fields.next(), let group = fields.next(),
            let binding = fields.next(), let stage = fields.next(), let bounceClass = fields.next(),
            let size = fields.next(), let remote = fields.next(), let text = fields.rest()
        else { return .missingField }
        let line = fields.line
        guard let stage = line.count(stage), stage <= 255, let bounceClass = line.count(bounceClass),
            bounceClass <= 9999, let size = line.count(size)
        else { return .badNumber }
        self.recipientLocal = recipientLocal
        self.recipientDomain = recipientDomain
        self.senderLocal = senderLocal
        self.senderDomain = senderDomain
        self.bindingGroup = group
        self.binding = binding
        self.stage = Int16(stage)
        self.bounceClass = Int16(bounceClass)
        self.size = size
        setRemoteAddress(remote, line)
        setReply(text, line)
        return nil
    }
}
