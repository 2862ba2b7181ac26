/// The members of one log record that matter here.
struct KumoMTARecord {
    /// What a record's type means.
    enum Meaning {
        case event(EventKind, isPerRecipient: Bool)
        /// A known type that tells nothing that is counted.
        case nothing
    }

    private(set) var type = JSONValue.absent
    private(set) var recipient = JSONValue.absent
    private(set) var timestamp = JSONValue.absent
    private(set) var eventTime = JSONValue.absent
    private(set) var created = JSONValue.absent
    private(set) var createdTime = JSONValue.absent
    /// The recipient that a feedback report is about: the record's own is where the report was sent to.
    private(set) var complainant = JSONValue.absent
    private var id = JSONValue.absent
    private var sender = JSONValue.absent
    private var size = JSONValue.absent
    private var attempts = JSONValue.absent
    private var classification = JSONValue.absent
    private var pool = JSONValue.absent
    private var source = JSONValue.absent
    private var code = JSONValue.absent
    private var statusClass = JSONValue.absent
    private var statusSubject = JSONValue.absent
    private var statusDetail = JSONValue.absent
    private var content = JSONValue.absent
    private var peerName = JSONValue.absent
    private var peerAddress = JSONValue.absent
    private var feedbackType = JSONValue.absent

    /// Reads the object that begins here; false if it is damaged.
    @inline(__always)
    mutating func read(_ scanner: inout JSONScanner) -> Bool {
        let line = scanner.line
        return scanner.members { scanner, key in
            if scanner.next == UInt8(ascii: "{") {
                switch key.end - key.start {
                case 8 where line.value(key, is: "response"): return readResponse(&scanner)
                case 12 where line.value(key, is: "peer_address"): return readPeer(&scanner)
                case 15 where line.value(key, is: "feedback_report"): return readReport(&scanner)
                default: return scanner.skipValue()
                }
            }
            guard let value = scanner.value() else { return false }
            take(value, for: key, line)
            return true
        }
    }

    @inline(__always)
    private mutating func take(_ value: JSONValue, for key: JSONValue, _ line: LineBytes) {
        switch key.end - key.start {
        case 2 where line.value(key, is: "id"): id = value
        case 4 where line.value(key, is: "type"): type = value
        case 4 where line.value(key, is: "size"): size = value
        case 6 where line.value(key, is: "sender"): sender = value
        case 7 where line.value(key, is: "created"): created = value
        case 9 where line.value(key, is: "recipient"): recipient = value
        case 9 where line.value(key, is: "timestamp"): timestamp = value
        case 10 where line.value(key, is: "event_time"): eventTime = value
        case 11 where line.value(key, is: "egress_pool"): pool = value
        case 12 where line.value(key, is: "num_attempts"): attempts = value
        case 12 where line.value(key, is: "created_time"): createdTime = value
        case 13 where line.value(key, is: "egress_source"): source = value
        case 21 where line.value(key, is: "bounce_classification"): classification = value
        default: break
        }
    }

    /// `{"code":421,"enhanced_code":{"class":4,"subject":7,"detail":0},"content":"slow down","command":"RCPT TO"}`.
    @inline(__always)
    private mutating func readResponse(_ scanner: inout JSONScanner) -> Bool {
        let line = scanner.line
        return scanner.members { scanner, key in
            if line.value(key, is: "enhanced_code"), scanner.next == UInt8(ascii: "{") {
                return scanner.members { scanner, key in
                    guard let value = scanner.value() else { return false }
                    if line.value(key, is: "class") { statusClass = value }
                    if line.value(key, is: "subject") { statusSubject = value }
                    if line.value(key, is: "detail") { statusDetail = value }
                    return true
                }
            }
            guard let value = scanner.value() else { return false }
            if line.value(key, is: "code") { code = value }
            if line.value(key, is: "content") { content = value }
            return true
        }
    }

    /// `{"name":"mx1.example.org.","addr":"203.0.113.5"}`.
    @inline(__always)
    private mutating func readPeer(_ scanner: inout JSONScanner) -> Bool {
        let line = scanner.line
        return scanner.members { scanner, key in
            guard let value = scanner.value() else { return false }
            if line.value(key, is: "name") { peerName = value }
            if line.value(key, is: "addr") { peerAddress = value }
            return true
        }
    }

    /// RFC 5965's report. The recipients stand in `original_rcpto_to`, as KumoMTA spells it.
    private mutating func readReport(_ scanner: inout JSONScanner) -> Bool {
        let line = scanner.line
        return scanner.members { scanner, key in
            let isRecipient = line.value(key, is: "original_rcpto_to") || line.value(key, is: "original_rcpt_to")
            if isRecipient, scanner.next == UInt8(ascii: "[") {
                return scanner.elements { scanner in
                    guard let value = scanner.value() else { return false }
                    if !complainant.isString { complainant = value }
                    return true
                }
            }
            if line.value(key, is: "supplemental_trace"), scanner.next == UInt8(ascii: "{") {
                return scanner.members { scanner, key in
                    guard let value = scanner.value() else { return false }
                    if line.value(key, is: "recipient"), !complainant.isString { complainant = value }
                    return true
                }
            }
            guard let value = scanner.value() else { return false }
            if line.value(key, is: "feedback_type") { feedbackType = value }
            return true
        }
    }

    /// Fills in all of an event but its recipient; gives why it cannot.
    @inline(__always)
    func fill(_ event: inout MailEvent, _ line: LineBytes) -> UnreadableReason? {
        event.messageID = line.field(id)
        (event.senderLocal, event.senderDomain) = line.address(sender)
        event.bindingGroup = line.field(pool)
        event.binding = line.field(source)
        event.remoteHost = line.hostName(peerName)
        event.remoteAddress = line.ipAddress(peerAddress)
        // 0 is what it says where it does not know.
        if size.kind == .word {
            guard let bytes = line.number(size) else { return .badNumber }
            if bytes > 0 { event.size = bytes }
        }
        if event.kind == .feedbackReport {
            event.reply = line.field(feedbackType)
            return nil
        }
        // It counts the attempts before this one.
        let isAttempt = event.kind == .delivery || event.kind == .transientFailure || event.kind == .permanentFailure
        if attempts.kind == .word, isAttempt {
            guard let attempts = line.number(attempts) else { return .badNumber }
            event.attempt = Int32(clamping: attempts + 1)
        }
        event.reply = line.field(content)
        if let code = line.number(code), code >= 200, code < 600 { event.replyCode = Int16(code) }
        if let first = line.number(statusClass), first >= 2, first <= 5, first != 3,
            let second = line.number(statusSubject), second <= 999, let third = line.number(statusDetail), third <= 999
        {
            event.setStatus(EnhancedStatus(class: Int16(first), subject: Int16(second), detail: Int16(third)))
        }
        if event.kind != .reception, event.kind != .delivery { event.bounceClass = line.bounceClass(classification) }
        return nil
    }
}

extension LineBytes {
    /// The field of a host's name, without the dot that ends a name from DNS.
    @inline(__always)
    fileprivate func hostName(_ value: JSONValue) -> Field {
        var field = field(value)
        if field.length > 1, self[value.end - 1] == UInt8(ascii: ".") { field.length -= 1 }
        return field
    }
}

extension KumoMTARecord.Meaning {
    /// nil for a type that is not known.
    @inline(__always)
    init?(_ type: JSONValue, _ line: LineBytes) {
        func named(_ name: StaticString, _ meaning: Self) -> Self? { line.value(type, is: name) ? meaning : nil }
        func each(_ kind: EventKind) -> Self { .event(kind, isPerRecipient: true) }
        func once(_ kind: EventKind) -> Self { .event(kind, isPerRecipient: false) }
        let meaning: Self? =
            switch type.end - type.start {
            case 3: named("OOB", each(.outOfBandBounce))
            case 5: named("Delay", .nothing)
            case 6: named("Bounce", each(.permanentFailure)) ?? named("XferIn", once(.transfer))
            case 7: named("Delayed", .nothing) ?? named("XferOut", once(.transfer))
            case 8: named("Delivery", each(.delivery)) ?? named("Feedback", once(.feedbackReport))
            case 9: named("Reception", once(.reception)) ?? named("Rejection", once(.rejection))
            case 10: named("Expiration", each(.expiration))
            case 11: named("AdminBounce", each(.administrativeFailure)) ?? named("AdminRebind", .nothing)
            case 16: named("TransientFailure", each(.transientFailure))
            case 23: named("DeferredInjectionRebind", .nothing)
            default: nil
            }
        guard let meaning else { return nil }
        self = meaning
    }
}
