/// The fields of one accounting record that matter here.
struct PowerMTARecord {
    private(set) var type = Field.absent
    private(set) var timeLogged = Field.absent
    private(set) var timeQueued = Field.absent
    private(set) var recipient = Field.absent
    private(set) var deliveryType = Field.absent
    private var totalSecondsQueued = Field.absent
    private var sender = Field.absent
    private var dsnStatus = Field.absent
    private var dsnDiag = Field.absent
    private var dsnMta = Field.absent
    private var bounceCategory = Field.absent
    private var sourceMta = Field.absent
    private var sourceIP = Field.absent
    private var destinationIP = Field.absent
    private var receivedSourceIP = Field.absent
    private var size = Field.absent
    private var vmta = Field.absent
    private var vmtaPool = Field.absent
    private var envelopeID = Field.absent
    private var messageID = Field.absent
    private var queue = Field.absent
    private var feedbackType = Field.absent
    private var reportingMta = Field.absent
    private var reportSourceIP = Field.absent

    @inline(__always)
    mutating func take(_ field: Field, for column: PowerMTAColumn) {
        switch column {
        case .other: break
        case .type: type = field
        case .timeLogged: timeLogged = field
        case .timeQueued: timeQueued = field
        case .totalSecondsQueued: totalSecondsQueued = field
        case .sender: sender = field
        case .recipient: recipient = field
        case .dsnStatus: dsnStatus = field
        case .dsnDiag: dsnDiag = field
        case .dsnMta: dsnMta = field
        case .bounceCategory: bounceCategory = field
        case .sourceMta: sourceMta = field
        case .deliveryType: deliveryType = field
        case .sourceIP: sourceIP = field
        case .destinationIP: destinationIP = field
        case .receivedSourceIP: receivedSourceIP = field
        case .size: size = field
        case .vmta: vmta = field
        case .vmtaPool: vmtaPool = field
        case .envelopeID: envelopeID = field
        case .messageID: messageID = field
        case .queue: queue = field
        case .feedbackType: feedbackType = field
        case .reportingMta: reportingMta = field
        case .reportSourceIP: reportSourceIP = field
        }
    }

    /// Fills in an event but its delay from `timeQueued`; gives why it cannot.
    @inline(__always)
    func fill(_ event: inout MailEvent, _ line: LineBytes) -> UnreadableReason? {
        event.messageID = messageID.isEmpty ? envelopeID : messageID
        (event.senderLocal, event.senderDomain) = line.address(csv: sender)
        (event.recipientLocal, event.recipientDomain) = line.address(csv: recipient)
        if recipient.isEmpty, !queue.isEmpty {
            // `example.org/vmta7`: a record of a queue has no recipient.
            let start = Int(queue.offset)
            let end = start + Int(queue.length)
            event.recipientDomain = line.field(start, line.last(UInt8(ascii: "/"), from: start, to: end) ?? end)
        }
        event.bindingGroup = vmtaPool
        event.binding = vmta.isEmpty ? sourceIP : vmta
        guard let size = line.count(size), let seconds = line.delay(totalSecondsQueued) else { return .badNumber }
        event.size = size
        event.delay = seconds
        switch event.kind {
        case .reception:
            setHost(of: &event, sourceMta, receivedSourceIP, line)
        case .feedbackReport:
            setHost(of: &event, reportingMta, reportSourceIP, line)
            event.reply = feedbackType
        default:
            setHost(of: &event, dsnMta, destinationIP, line)
            setReply(of: &event, line)
            if event.kind != .delivery { event.bounceClass = line.bounceClass(bounceCategory) }
        }
        return nil
    }

    /// `mx.example.org (203.0.113.5)`, or `dns;mx.example.org` of a report; the address may stand on its own.
    private func setHost(of event: inout MailEvent, _ host: Field, _ address: Field, _ line: LineBytes) {
        var start = Int(host.offset)
        let end = start + Int(host.length)
        if let semicolon = line.first(UInt8(ascii: ";"), from: start, to: end) { start = semicolon + 1 }
        while start < end, line[start] == UInt8(ascii: " ") { start += 1 }
        let space = line.first(UInt8(ascii: " "), from: start, to: end) ?? end
        event.remoteHost = line.field(start, space)
        if line[space + 1] == UInt8(ascii: "("), line[end - 1] == UInt8(ascii: ")"),
            line.isIPAddress(space + 2, end - 1)
        {
            event.remoteAddress = line.field(space + 2, end - 1)
        } else {
            event.setRemoteAddress(address, line)
        }
    }

    /// `smtp;550 5.1.1 no such user`, and `5.1.1 (bad destination mailbox address)`.
    private func setReply(of event: inout MailEvent, _ line: LineBytes) {
        var reply = dsnDiag
        let start = Int(reply.offset)
        let end = start + Int(reply.length)
        // The type of the code, `smtp` or `X-…` (RFC 3464 section 2.3.6), has no space in it.
        let space = line.first(UInt8(ascii: " "), from: start, to: end) ?? end
        if let semicolon = line.first(UInt8(ascii: ";"), from: start, to: space) {
            var text = semicolon + 1
            while text < end, line[text] == UInt8(ascii: " ") { text += 1 }
            reply = line.field(text, end, escaping: reply.escaping)
        }
        event.setReply(reply.isEmpty ? dsnStatus : reply, line)
        let status = line.upTo(Int(dsnStatus.offset + dsnStatus.length))
        event.setStatus(status.enhancedStatus(at: Int(dsnStatus.offset)))
    }
}
