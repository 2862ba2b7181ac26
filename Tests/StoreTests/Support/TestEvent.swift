import MailEvents

/// An event as a test thinks of it: texts, not fields of a line.
struct TestEvent: Sendable, Equatable {
    /// Microseconds since 1970 UTC.
    var at: Int64
    var kind: EventKind
    var domain = "example.com"
    var sender = "example.org"
    var group = ""
    var binding = ""
    var host = ""
    var address = ""
    var messageID = "4ABC"
    var local = "anna"
    var reply = ""
    var size: Int64 = -1
    var delay: Int64 = -1
    var replyCode: Int16 = -1
    var attempt: Int32 = -1
    var bounceClass: Int16 = -1

    init(_ kind: EventKind, at: Int64) {
        self.kind = kind
        self.at = at
    }
}

extension EventBatch {
    /// A batch of lines that hold the events' texts, one a line.
    ///
    /// - Parameter from: the position that the file stands at; the batch ends behind its last line.
    static func of(_ events: [TestEvent], file: KnownFile, from: Int64) -> EventBatch {
        var batch = EventBatch(fileID: file.fileID, from: from, fingerprint: file.fingerprint)
        for event in events {
            var mail = MailEvent(occurredAt: event.at, kind: event.kind)
            mail.messageID = batch.append(event.messageID)
            mail.senderLocal = batch.append(event.sender.isEmpty ? "" : "bounces")
            mail.senderDomain = batch.append(event.sender)
            mail.recipientLocal = batch.append(event.local)
            mail.recipientDomain = batch.append(event.domain)
            mail.bindingGroup = batch.append(event.group)
            mail.binding = batch.append(event.binding)
            mail.remoteHost = batch.append(event.host)
            mail.remoteAddress = batch.append(event.address)
            mail.reply = batch.append(event.reply)
            mail.size = event.size
            mail.delay = event.delay
            mail.replyCode = event.replyCode
            mail.attempt = event.attempt
            mail.bounceClass = event.bounceClass
            batch.bytes.append(UInt8(ascii: "\n"))
            batch.events.append(mail)
        }
        batch.lines = Int64(events.count)
        batch.readUpTo = events.map(\.at).max()
        batch.to = from + Int64(batch.bytes.count)
        return batch
    }

    /// Adds a text to the batch's bytes. Gives the field that points to it.
    mutating func append(_ text: String) -> Field {
        append(Array(text.utf8))
    }

    /// Adds bytes, whatever they are.
    mutating func append(_ content: [UInt8]) -> Field {
        let start = bytes.count
        bytes += content
        bytes.append(UInt8(ascii: " "))
        return Field(offset: UInt32(start), length: UInt32(content.count))
    }
}
