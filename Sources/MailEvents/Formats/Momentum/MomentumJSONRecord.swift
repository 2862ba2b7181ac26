/// The members of one event that matter here.
struct MomentumJSONRecord {
    /// What an event's type means.
    enum Meaning {
        case event(EventKind)
        /// A known type that tells nothing of mail's way.
        case nothing
    }

    /// Whether the record's group is of mail's way.
    let isOfMail: Bool
    private(set) var type = JSONValue.absent
    private(set) var timestamp = JSONValue.absent
    private var messageID = JSONValue.absent
    private var recipient = JSONValue.absent
    private var rawRecipient = JSONValue.absent
    private var routingDomain = JSONValue.absent
    private var sender = JSONValue.absent
    private var bindingGroup = JSONValue.absent
    private var binding = JSONValue.absent
    private var pool = JSONValue.absent
    private var sendingIP = JSONValue.absent
    private var remoteIP = JSONValue.absent
    private var size = JSONValue.absent
    private var queueTime = JSONValue.absent
    private var errorCode = JSONValue.absent
    private var bounceClass = JSONValue.absent
    private var stage = JSONValue.absent
    private var retries = JSONValue.absent
    private var reason = JSONValue.absent
    private var rawReason = JSONValue.absent
    private var feedbackType = JSONValue.absent
    private var reporter = JSONValue.absent

    init(isOfMail: Bool) {
        self.isOfMail = isOfMail
    }

    /// Reads the object that begins here; false if it is damaged.
    @inline(__always)
    mutating func read(_ scanner: inout JSONScanner) -> Bool {
        let line = scanner.line
        return scanner.members { scanner, key in
            guard let value = scanner.value() else { return false }
            take(value, for: key, line)
            return true
        }
    }

    @inline(__always)
    private mutating func take(_ value: JSONValue, for key: JSONValue, _ line: LineBytes) {
        switch key.end - key.start {
        case 4 where line.value(key, is: "type"): type = value
        case 6 where line.value(key, is: "reason"): reason = value
        case 6 where line.value(key, is: "fbtype"): feedbackType = value
        case 7 where line.value(key, is: "rcpt_to"): recipient = value
        case 7 where line.value(key, is: "binding"): binding = value
        case 7 where line.value(key, is: "ip_pool"): pool = value
        case 8 where line.value(key, is: "msg_from"): sender = value
        case 8 where line.value(key, is: "msg_size"): size = value
        case 9 where line.value(key, is: "timestamp"): timestamp = value
        case 9 where line.value(key, is: "report_by"): reporter = value
        case 10 where line.value(key, is: "message_id"): messageID = value
        case 10 where line.value(key, is: "sending_ip"): sendingIP = value
        case 10 where line.value(key, is: "ip_address"): remoteIP = value
        case 10 where line.value(key, is: "queue_time"): queueTime = value
        case 10 where line.value(key, is: "error_code"): errorCode = value
        case 10 where line.value(key, is: "raw_reason"): rawReason = value
        case 10 where line.value(key, is: "conn_stage"): stage = value
        case 11 where line.value(key, is: "num_retries"): retries = value
        case 11 where line.value(key, is: "raw_rcpt_to"): rawRecipient = value
        case 12 where line.value(key, is: "bounce_class"): bounceClass = value
        case 13 where line.value(key, is: "binding_group"): bindingGroup = value
        case 14 where line.value(key, is: "routing_domain"): routingDomain = value
        default: break
        }
    }

    /// Fills in an event; gives why it cannot.
    @inline(__always)
    func fill(_ event: inout MailEvent, _ line: LineBytes) -> UnreadableReason? {
        event.messageID = line.field(messageID)
        (event.senderLocal, event.senderDomain) = line.address(sender)
        (event.recipientLocal, event.recipientDomain) = line.address(recipient.isString ? recipient : rawRecipient)
        if event.recipientDomain.isEmpty { event.recipientDomain = line.field(routingDomain) }
        event.bindingGroup = line.field(bindingGroup.isString ? bindingGroup : pool)
        event.binding = line.field(binding.isString ? binding : sendingIP)
        event.remoteAddress = line.ipAddress(remoteIP)
        guard let size = told(size, line), let queueTime = told(queueTime, line), let retries = told(retries, line),
            let stage = told(stage, line), let bounceClass = told(bounceClass, line), bounceClass <= 9999
        else { return .badNumber }
        event.size = size
        event.delay = queueTime
        if retries >= 0 { event.attempt = Int32(clamping: retries + 1) }
        if stage <= 255 { event.stage = Int16(stage) }
        event.bounceClass = Int16(bounceClass)
        if event.kind == .feedbackReport {
            event.reply = line.field(feedbackType)
            event.remoteHost = line.field(reporter)
        } else {
            event.setReply(line.field(rawReason.isString ? rawReason : reason), line)
        }
        if let code = line.number(errorCode), code >= 200, code < 600 { event.replyCode = Int16(code) }
        return nil
    }

    /// A number in quotes or not; `untold` where there is none, nil for what is no number.
    @inline(__always)
    private func told(_ value: JSONValue, _ line: LineBytes) -> Int64? {
        guard value.kind == .string || value.kind == .word, value.end > value.start else {
            return Int64(MailEvent.untold)
        }
        return line.number(value)
    }
}

extension MomentumJSONRecord.Meaning {
    /// nil for a type that is not known.
    @inline(__always)
    init?(_ type: JSONValue, _ line: LineBytes) {
        func named(_ name: StaticString, _ kind: EventKind) -> Self? { line.value(type, is: name) ? .event(kind) : nil }
        let meaning: Self? =
            switch type.end - type.start {
            case 5: named("delay", .transientFailure)
            case 6: named("bounce", .permanentFailure)
            case 8: named("delivery", .delivery)
            case 9: named("injection", .reception)
            case 11: named("out_of_band", .outOfBandBounce)
            case 14: named("spam_complaint", .feedbackReport)
            case 16: named("policy_rejection", .rejection)
            case 18: named("generation_failure", .rejection)
            case 20: named("generation_rejection", .rejection)
            default: nil
            }
        if let meaning {
            self = meaning
        } else if line.value(type, is: "sms_status") || line.value(type, is: "open") || line.value(type, is: "click")
            || line.value(type, is: "initial_open") || line.value(type, is: "list_unsubscribe")
            || line.value(type, is: "link_unsubscribe") || line.has("amp_", at: type.start)
            || line.has("ad_", at: type.start) || line.has("ab_test", at: type.start)
            || line.has("relay_", at: type.start)
        {
            self = .nothing
        } else {
            return nil
        }
    }
}
