extension EventBatch {
    /// Events that count: all but envelopes.
    package var countedEvents: Int { events.count { $0.kind != .envelope } }

    /// Puts sender and size of envelopes into the receptions of the same batch, and takes those envelopes out: most messages
    /// are then one row less. What is read apart stays apart, and is joined when it is asked for.
    package mutating func joinEnvelopes() {
        guard events.contains(where: { $0.kind == .envelope }) else { return }
        var receptions = ReceptionTable(capacity: events.count)
        var kept = 0
        bytes.withUnsafeBytes { bytes in
            for index in events.indices {
                let event = events[index]
                switch event.kind {
                case .envelope:
                    if let reception = receptions.take(event, events, bytes) {
                        events[reception].senderLocal = event.senderLocal
                        events[reception].senderDomain = event.senderDomain
                        events[reception].size = event.size
                        continue
                    }
                case .reception, .transfer:
                    if event.recipientDomain.isEmpty, event.size < 0 { receptions.insert(event, at: kept, bytes) }
                default:
                    break
                }
                events[kept] = event
                kept += 1
            }
        }
        events.removeSubrange(kept...)
    }
}

/// Receptions of a batch by their message id: open addressing, places in the batch's events.
private struct ReceptionTable {
    /// Place + 1; 0 is empty.
    private var slots: [Int32]

    init(capacity: Int) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = [Int32](repeating: 0, count: size)
    }

    mutating func insert(_ event: MailEvent, at place: Int, _ bytes: UnsafeRawBufferPointer) {
        var slot = start(event, bytes)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(place + 1)
    }

    /// The place of the newest reception with the event's message id and group that has no size yet.
    func take(_ event: MailEvent, _ events: [MailEvent], _ bytes: UnsafeRawBufferPointer) -> Int? {
        var slot = start(event, bytes)
        var found: Int?
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if events[place].size < 0, Self.same(events[place].messageID, event.messageID, bytes),
                Self.same(events[place].bindingGroup, event.bindingGroup, bytes)
            {
                found = place
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return found
    }

    /// FNV-1a: the ids are the server's own.
    private func start(_ event: MailEvent, _ bytes: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in event.messageID.rawBytes(in: bytes) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
    }

    private static func same(_ one: Field, _ other: Field, _ bytes: UnsafeRawBufferPointer) -> Bool {
        one.length == other.length && one.rawBytes(in: bytes).elementsEqual(other.rawBytes(in: bytes))
    }
}
