/// The columns of an accounting file that matter here. The raw value is kept in the parser's state: it never changes.
enum PowerMTAColumn: UInt8 {
    case other = 0
    case type = 1
    case timeLogged = 2
    case timeQueued = 3
    case totalSecondsQueued = 4
    case sender = 5
    case recipient = 6
    case dsnStatus = 7
    case dsnDiag = 8
    case dsnMta = 9
    case bounceCategory = 10
    case sourceMta = 11
    case deliveryType = 12
    case sourceIP = 13
    case destinationIP = 14
    case receivedSourceIP = 15
    case size = 16
    case vmta = 17
    case vmtaPool = 18
    case envelopeID = 19
    case messageID = 20
    case queue = 21
    case feedbackType = 22
    case reportingMta = 23
    case reportSourceIP = 24

    /// The column that a header's field names, whatever the letters' case.
    init(_ field: Field, _ line: LineBytes) {
        let known = powerMTAColumns.first { line.isName($0.name, field) }
        self = known?.column ?? .other
    }
}

private let powerMTAColumns: [(name: StaticString, column: PowerMTAColumn)] = [
    ("type", .type), ("timelogged", .timeLogged), ("timequeued", .timeQueued),
    ("totalsecondsqueued", .totalSecondsQueued), ("orig", .sender), ("rcpt", .recipient), ("dsnstatus", .dsnStatus),
    ("dsndiag", .dsnDiag), ("dsnmta", .dsnMta), ("bouncecat", .bounceCategory), ("srcmta", .sourceMta),
    ("dlvtype", .deliveryType), ("dlvsourceip", .sourceIP), ("dlvdestinationip", .destinationIP),
    ("rcvsourceip", .receivedSourceIP), ("dlvsize", .size), ("vmta", .vmta), ("vmtapool", .vmtaPool),
    ("envid", .envelopeID), ("header_message-id", .messageID), ("queue", .queue), ("feedbacktype", .feedbackType),
    ("reportingmta", .reportingMta), ("repsourceip", .reportSourceIP),
]

extension LineBytes {
    /// Whether a field is this name, whatever the case of its letters. `name` is in lower case.
    fileprivate func isName(_ name: StaticString, _ field: Field) -> Bool {
        guard Int(field.length) == name.utf8CodeUnitCount else { return false }
        for index in 0..<name.utf8CodeUnitCount {
            let byte = self[Int(field.offset) + index]
            let folded = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            guard folded == name.utf8Start[index] else { return false }
        }
        return true
    }
}
