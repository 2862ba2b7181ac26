internal import MailEvents
internal import PostgresClient

/// Turns events into rows of `pg_temp.event_batch`, in binary COPY form. The columns and their order are those of
/// `ingest_v1.open_source`.
struct EventEncoder: CopyRows {
    static let copy = """
        COPY pg_temp.event_batch (occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id, \
        sender_domain_id, binding_id, host_id, reason_id, size, delay_ms, status, attempt, kind, reply_code, stage, bounce_class, \
        message_id, recipient_local, sender_local, remote_address, reply) FROM STDIN (FORMAT binary)
        """
    private static let columns: Int16 = 23
    /// Bytes of a local part or message id that are stored (RFC 5321 allows a path of 256).
    private static let addressLimit = 320
    /// Bytes of a reply that are stored (an SMTP reply line has 512 at most, RFC 5321 section 4.5.3.1.5).
    private static let replyLimit = 1024

    private let batch: EventBatch
    private let numbers: [TermLookup.Numbers]
    private let skipped: Set<Int>
    /// Keyed with the database's key: the same address has the same hash on every node.
    private let traceHash: KeyedHash
    private let scrubber: AddressScrubber
    private var next = 0

    /// - Parameters:
    ///   - numbers: of each event's texts.
    ///   - skipped: indexes of events that are left out.
    ///   - scrubber: keyed with the database's key.
    init(_ batch: EventBatch, _ numbers: [TermLookup.Numbers], skipping skipped: Set<Int>, scrubber: AddressScrubber) {
        self.batch = batch
        self.numbers = numbers
        self.skipped = skipped
        self.traceHash = scrubber.traceHash
        self.scrubber = scrubber
    }

    /// Events that are not left out.
    var count: Int { batch.events.count - skipped.count }

    mutating func add(to buffer: inout BinaryCopyBuffer) -> Bool {
        next = batch.bytes.withUnsafeBytes { [next] bytes in
            var index = next
            while index < batch.events.count, buffer.bytes.count < BinaryCopyBuffer.portion {
                if !skipped.contains(index) { encode(batch.events[index], numbers[index], bytes, &buffer) }
                index += 1
            }
            return index
        }
        return next < batch.events.count
    }

    @inline(__always)
    private func encode(
        _ event: MailEvent,
        _ numbers: TermLookup.Numbers,
        _ bytes: UnsafeRawBufferPointer,
        _ buffer: inout BinaryCopyBuffer
    ) {
        buffer.beginRow(columns: Self.columns)
        buffer.append(timestamp: event.occurredAt)
        buffer.append(hash(event.messageID, bytes))
        let recipient = hash(event.recipientLocal, event.recipientDomain, bytes)
        let sender = hash(event.senderLocal, event.senderDomain, bytes)
        buffer.append(recipient)
        buffer.append(sender)
        buffer.append(batch.fileID)
        buffer.append(numbers.domain)
        buffer.append(numbers.senderDomain)
        buffer.append(numbers.binding)
        buffer.append(numbers.host)
        buffer.append(numbers.reason)
        append(told: Int32(clamping: event.size), &buffer)
        append(told: Int32(clamping: event.delay), &buffer)
        append(told: status(of: event), &buffer)
        append(told: Int16(clamping: event.attempt), &buffer)
        buffer.append(event.kind.rawValue)
        append(told: event.replyCode, &buffer)
        append(told: event.stage, &buffer)
        append(told: numbers.bounceClass, &buffer)
        append(text: event.messageID, bytes, limit: Self.addressLimit, &buffer)
        append(local: event.recipientLocal, recipient, bytes, &buffer)
        append(local: event.senderLocal, sender, bytes, &buffer)
        append(address: event.remoteAddress, bytes, &buffer)
        if event.reply.isEmpty {
            buffer.appendNull()
        } else {
            append(reply: event, recipient, bytes, &buffer)
        }
    }

    // MARK: - Values

    @inline(__always)
    private func hash(_ field: Field, _ bytes: UnsafeRawBufferPointer) -> Int64 {
        field.isEmpty ? 0 : Int64(bitPattern: traceHash.hash(field, in: bytes, form: .verbatim))
    }

    @inline(__always)
    private func hash(_ local: Field, _ domain: Field, _ bytes: UnsafeRawBufferPointer) -> Int64 {
        local.isEmpty && domain.isEmpty || scrubber.privacy == .domain
            ? 0 : Int64(bitPattern: traceHash.hash(local: local, domain: domain, in: bytes))
    }

    /// Class, subject and detail in one number; untold unless all three are told.
    @inline(__always)
    private func status(of event: MailEvent) -> Int32 {
        guard event.statusClass >= 0, event.statusSubject >= 0, event.statusDetail >= 0 else {
            return Int32(MailEvent.untold)
        }
        return Int32(event.statusClass) * 1_000_000 + Int32(event.statusSubject) * 1000 + Int32(event.statusDetail)
    }

    @inline(__always)
    private func append(told value: Int32, _ buffer: inout BinaryCopyBuffer) {
        value < 0 ? buffer.appendNull() : buffer.append(value)
    }

    @inline(__always)
    private func append(told value: Int16, _ buffer: inout BinaryCopyBuffer) {
        value < 0 ? buffer.appendNull() : buffer.append(value)
    }

    @inline(__always)
    private func append(
        text field: Field,
        _ bytes: UnsafeRawBufferPointer,
        limit: Int,
        _ buffer: inout BinaryCopyBuffer
    ) {
        field.withPlainBytes(in: bytes) { plain in
            StoredText.withStorable(plain, limit: limit) { buffer.append($0) }
        }
    }

    /// A local part, as far as it is kept.
    @inline(__always)
    private func append(
        local field: Field,
        _ hash: Int64,
        _ bytes: UnsafeRawBufferPointer,
        _ buffer: inout BinaryCopyBuffer
    ) {
        if scrubber.privacy == .hash, !field.isEmpty {
            AddressScrubber.hexadecimal(UInt64(bitPattern: hash)).withUnsafeBytes { buffer.append($0) }
        } else {
            append(text: scrubber.privacy == .domain ? .absent : field, bytes, limit: Self.addressLimit, &buffer)
        }
    }

    /// A reply, without names where they are not kept.
    @inline(__always)
    private func append(
        reply event: MailEvent,
        _ recipient: Int64,
        _ bytes: UnsafeRawBufferPointer,
        _ buffer: inout BinaryCopyBuffer
    ) {
        guard scrubber.isNeeded else { return append(text: event.reply, bytes, limit: Self.replyLimit, &buffer) }
        let local = event.recipientLocal.withPlainBytes(in: bytes) { Array($0) }
        event.reply.withPlainBytes(in: bytes) { plain in
            let scrubbed = scrubber.scrub(plain, recipient: (local, UInt64(bitPattern: recipient)))
            scrubbed.withUnsafeBytes { StoredText.withStorable($0, limit: Self.replyLimit) { buffer.append($0) } }
        }
    }

    @inline(__always)
    private func append(address field: Field, _ bytes: UnsafeRawBufferPointer, _ buffer: inout BinaryCopyBuffer) {
        guard !field.isEmpty else { return buffer.appendNull() }
        InetText.withBinary(field.rawBytes(in: bytes)) { binary in
            if let binary { buffer.append(binary) } else { buffer.appendNull() }
        }
    }
}
