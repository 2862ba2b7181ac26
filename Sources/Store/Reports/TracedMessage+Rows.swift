internal import MailEvents
internal import PostgresClient
internal import struct Foundation.Date

extension TracePage {
    /// Puts the rows of `reports/trace` together.
    init(_ rows: Rows, pageSize: Int) throws {
        self.init(messages: [])
        var number: Int32 = 0
        var row = [Row]()
        for next in rows {
            let its: Int32 = try next.get("message")
            if its != number, !row.isEmpty { try append(row) }
            if its != number { row = [] }
            number = its
            row.append(next)
        }
        if !row.isEmpty { try append(row) }
        guard messages.count >= pageSize, let last = row.last else { return }
        next = TraceCursor(
            time: try last.get("cursor_time", as: Timestamp.self).microseconds,
            message: try last.get("cursor_message"),
            node: Int16(truncatingIfNeeded: try last.get("cursor_node", as: Int64.self))
        )
    }

    private mutating func append(_ rows: [Row]) throws {
        guard let first = rows.first else { return }
        var message = TracedMessage(node: try first.get("node"), messageID: try first.get("message_id"))
        // Several refusals of one instant stand in one group: each is its own.
        if message.messageID.isEmpty {
            for row in rows {
                var alone = message
                try alone.take(row)
                messages.append(alone)
            }
            return
        }
        for row in rows { try message.take(row) }
        message.nameRecipients()
        messages.append(message)
    }
}

extension TracedMessage {
    /// Takes one row: what it tells of the message, and what happened.
    fileprivate mutating func take(_ row: Row) throws {
        guard let kind = EventKind(rawValue: Int16(truncatingIfNeeded: try row.get("kind", as: Int64.self))) else {
            return
        }
        let size: Int64? = try row.find("size")
        let sender = Self.address(try row.get("sender_local"), try row.get("sender_domain"))
        if !sender.isEmpty { self.sender = self.sender ?? sender }
        if kind == .envelope || (kind == .reception && size != nil) { self.sender = self.sender ?? "" }
        if self.size == nil || kind == .envelope { self.size = size ?? self.size }
        guard kind != .envelope else { return }
        var event = TracedEvent(occurredAt: try row.get("occurred_at"), kind: kind)
        let recipient = Self.address(try row.get("recipient_local"), try row.get("recipient_domain"))
        event.recipient = recipient.isEmpty ? nil : recipient
        event.bindingGroup = try row.get("binding_group")
        event.binding = try row.get("binding")
        event.remoteHost = try row.get("remote_host")
        event.remoteAddress = try row.find("remote_address")
        event.size = size
        event.delayMilliseconds = try row.find("delay_ms")
        event.replyCode = try row.find("reply_code")
        event.status = try row.find("status")
        event.attempt = try row.find("attempt")
        event.bounceClass = try row.find("bounce_class")
        event.reason = try row.get("reason")
        event.reply = try row.find("reply")
        if kind == .reception || kind == .rejection {
            receivedAt = receivedAt ?? (kind == .reception ? event.occurredAt : nil)
            if clientHost.isEmpty { clientHost = event.remoteHost }
            clientAddress = clientAddress ?? event.remoteAddress
        }
        events.append(event)
    }

    /// Some servers name the recipient at its reception only, and its domain afterwards: where one recipient has the domain, it
    /// is that one.
    fileprivate mutating func nameRecipients() {
        var named: [String: Set<String>] = [:]
        for recipient in recipients {
            guard let at = recipient.lastIndex(of: "@") else { continue }
            named[String(recipient[at...]).lowercased(), default: []].insert(recipient)
        }
        for index in events.indices {
            guard let domain = events[index].recipient, domain.hasPrefix("@"),
                let one = named[domain.lowercased()], one.count == 1
            else { continue }
            events[index].recipient = one.first
        }
    }

    private static func address(_ local: String, _ domain: String) -> String {
        domain.isEmpty ? local : "\(local)@\(domain)"
    }
}
