/// Momentum's `mainlog.ec` (versions 2.2 to 5): one record a line, fields parted by `@`, the record's type in field 4
/// (in field 2 where the line has no batch and connection id, as 2.2 wrote it).
///
/// Counted: R, D, T, P. X, and R by protocol `xfer`, are transfers between the nodes of a cluster. M and M1 are
/// heartbeats. Fields that later versions append are passed over.
package struct MomentumMainlogParser: LogParser {
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
        guard fields.next() != nil, let messageID = fields.next(), let second = fields.next() else {
            return .unreadable(.missingField)
        }
        var type = bytes.recordType(second)
        if type == nil {
            guard fields.next() != nil, let fourth = fields.next() else { return .unreadable(.missingField) }
            type = bytes.recordType(fourth)
        }
        guard let type else { return .unreadable(.unknownRecord) }
        if type == .heartbeat { return .nothing(at: bounds.allow(time) ? time : nil) }
        guard bounds.allow(time) else { return .unreadable(.impossibleTime) }

        var event = MailEvent(occurredAt: time, kind: type.kind)
        event.messageID = messageID
        if let reason = type == .reception ? event.readReception(&fields) : event.readAttempt(&fields, type) {
            return .unreadable(reason)
        }
        events.append(event)
        return .events
    }
}

/// The types of mainlog's records.
enum MomentumRecord {
    case reception
    case delivery
    case transfer
    case transientFailure
    case permanentFailure
    case heartbeat

    var kind: EventKind {
        switch self {
        case .reception: .reception
        case .delivery: .delivery
        case .transfer, .heartbeat: .transfer
        case .transientFailure: .transientFailure
        case .permanentFailure: .permanentFailure
        }
    }
}

extension LineBytes {
    /// The record type that a field is; nil if it is none.
    @inline(__always)
    fileprivate func recordType(_ field: Field) -> MomentumRecord? {
        guard field.length == 1 || field.length == 2 else { return nil }
        let start = Int(field.offset)
        if isHeartbeat(field) { return .heartbeat }
        guard field.length == 1 else { return nil }
        switch self[start] {
        case UInt8(ascii: "R"): return .reception
        case UInt8(ascii: "D"): return .delivery
        case UInt8(ascii: "X"): return .transfer
        case UInt8(ascii: "T"): return .transientFailure
        case UInt8(ascii: "P"): return .permanentFailure
        default: return nil
        }
    }
}
