import Glibc

/// Entries of `journalctl -o json` that wait to be read: a line each.
struct JournalLines: Sendable {
    private var bytes: [UInt8] = []
    private var start = 0

    /// Bytes that wait, those of an entry that has not come whole included.
    var count: Int { bytes.count - start }

    mutating func append(_ more: [UInt8]) {
        if start > 0 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes += more
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }

    var hasEntry: Bool {
        bytes[start...].contains(0x0A)
    }

    /// Gives whole entries, at most `entries` of them, to `body`, and moves behind them.
    ///
    /// - Returns: how many entries they were.
    mutating func take(_ entries: Int, _ body: (_ lines: UnsafeRawBufferPointer, _ last: Range<Int>) -> Void) -> Int {
        var taken = 0
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            let first = start
            var last = start..<start
            while taken < entries, let feed = memchr(base + start, 0x0A, buffer.count - start) {
                let end = UnsafeRawPointer(feed) - base
                last = start - first..<end - first
                start = end + 1
                taken += 1
            }
            if taken > 0 { body(UnsafeRawBufferPointer(rebasing: buffer[first..<start]), last) }
        }
        return taken
    }

    /// The cursor of an entry. No other place of an entry can hold the pattern: inside a string the quotes are escaped.
    static func cursor(of entry: UnsafeRawBufferPointer) -> String? {
        let key = Array("\"__CURSOR\"".utf8)
        var offset = 0
        while offset + key.count <= entry.count {
            guard entry[offset] == key[0], entry[offset...].starts(with: key) else {
                offset += 1
                continue
            }
            let value = entry[(offset + key.count)...].drop { $0 == 0x20 || $0 == 0x3A }
            guard value.first == 0x22 else { return nil }
            return String(decoding: value.dropFirst().prefix { $0 != 0x22 }, as: UTF8.self)
        }
        return nil
    }
}
