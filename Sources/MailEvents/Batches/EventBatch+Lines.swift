extension EventBatch {
    /// Takes over the bytes of a line whose events, with fields relative to it, stand at the end of `events`.
    @inline(__always)
    mutating func take(_ line: UnsafeRawBufferPointer, forEventsFrom mark: Int) {
        let base = UInt32(truncatingIfNeeded: bytes.count)
        bytes.append(contentsOf: line)
        for index in mark..<events.count {
            events[index].replaceFields { field in
                var moved = field
                moved.offset = field.isEmpty ? 0 : base &+ field.offset
                return moved
            }
            takeTime(events[index].occurredAt)
        }
    }

    /// A line tells this time.
    @inline(__always)
    mutating func takeTime(_ time: Int64) {
        if time > readUpTo ?? .min { readUpTo = time }
    }

    /// Puts a line, or its beginning, aside.
    mutating func quarantine(_ line: UnsafeRawBufferPointer, at position: Int64, reason: UnreadableReason) {
        let text = Field(
            offset: UInt32(truncatingIfNeeded: bytes.count),
            length: UInt32(truncatingIfNeeded: line.count)
        )
        bytes.append(contentsOf: line)
        unread.append(LineUnread(position: position, text: text, reason: reason))
    }
}
