import Glibc

/// The bytes of one line, or of its beginning. Every read is checked against the end, so that a damaged line cannot
/// lead outside: beyond the end stands NUL, and searches are clamped.
///
/// It borrows the memory: it must not outlive the call that was given the line.
struct LineBytes {
    private let base: UnsafeRawPointer
    /// Offset after the last byte. Never more than the memory that was given.
    private(set) var end: Int

    /// nil for no bytes at all.
    @inline(__always)
    init?(_ line: UnsafeRawBufferPointer) {
        guard let base = line.baseAddress, !line.isEmpty else { return nil }
        self.base = base
        self.end = line.count
    }

    /// A whole line, without the carriage return that it may end with; nil if nothing is left.
    @inline(__always)
    init?(whole line: UnsafeRawBufferPointer) {
        self.init(line)
        if self[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        if end == 0 { return nil }
    }

    /// The bytes up to the end.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: end) }

    /// The same bytes up to an earlier end; offsets stay as they are.
    @inline(__always)
    func upTo(_ newEnd: Int) -> LineBytes {
        var shorter = self
        shorter.end = max(0, min(end, newEnd))
        return shorter
    }

    @inline(__always)
    subscript(index: Int) -> UInt8 {
        UInt(bitPattern: index) < UInt(bitPattern: end) ? base.load(fromByteOffset: index, as: UInt8.self) : 0
    }

    /// Eight bytes from `index` on as they lie in memory (first byte lowest); nil if the line ends before.
    @inline(__always)
    func word(at index: Int) -> UInt64? {
        guard index >= 0, end &- index >= 8 else { return nil }
        return UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Whether `text` stands at `index`.
    @inline(__always)
    func has(_ text: StaticString, at index: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index >= 0, end &- index >= length else { return false }
        return memcmp(base + index, text.utf8Start, length) == 0
    }

    /// Whether a field's bytes, as they stand, are this text.
    @inline(__always)
    func has(_ text: StaticString, filling field: Field) -> Bool {
        Int(field.length) == text.utf8CodeUnitCount && has(text, at: Int(field.offset))
    }

    /// Whether all of these bytes are there and are ASCII letters, digits or hyphens.
    @inline(__always)
    func areWordCharacters(_ start: Int, _ limit: Int) -> Bool {
        guard start >= 0, start <= limit, limit <= end else { return false }
        var others: UInt8 = 0
        for index in start..<limit {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            let isOne = byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-")
            others |= isOne ? 0 : 1
        }
        return others == 0
    }

    /// The first `byte` in `start..<limit`.
    @inline(__always)
    func first(_ byte: UInt8, from start: Int, to limit: Int = .max) -> Int? {
        let stop = min(limit, end)
        guard start >= 0, start < stop, let found = memchr(base + start, Int32(byte), stop - start) else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// The last `byte` in `start..<limit`.
    @inline(__always)
    func last(_ byte: UInt8, from start: Int, to limit: Int = .max) -> Int? {
        var index = min(limit, end) &- 1
        while index >= max(0, start) {
            if base.load(fromByteOffset: index, as: UInt8.self) == byte { return index }
            index &-= 1
        }
        return nil
    }

    /// Where `text` first begins in `start..<limit`, all of it before `limit`.
    func first(_ text: StaticString, from start: Int, to limit: Int = .max) -> Int? {
        let stop = min(limit, end)
        var index = start
        while let found = first(text.utf8Start.pointee, from: index, to: stop) {
            guard stop - found >= text.utf8CodeUnitCount else { return nil }
            if has(text, at: found) { return found }
            index = found + 1
        }
        return nil
    }

    /// Where `text` last begins in `start..<limit`, all of it before `limit`.
    func last(_ text: StaticString, from start: Int, to limit: Int = .max) -> Int? {
        var stop = min(limit, end) - text.utf8CodeUnitCount + 1
        while let found = last(text.utf8Start.pointee, from: start, to: stop) {
            if has(text, at: found) { return found }
            stop = found
        }
        return nil
    }

    /// The field of `start..<limit`; absent if that is nothing.
    @inline(__always)
    func field(_ start: Int, _ limit: Int, escaping: Field.Escaping = .none) -> Field {
        guard start >= 0, start < limit, limit <= end else { return .absent }
        return Field(
            offset: UInt32(truncatingIfNeeded: start),
            length: UInt32(truncatingIfNeeded: limit - start),
            escaping: escaping
        )
    }
}
