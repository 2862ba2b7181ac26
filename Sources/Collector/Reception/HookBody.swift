/// Takes the records out of the body of a log hook: one JSON value, an array of them, or values behind each other
/// (a line each, as SparkPost's ingest form has them). Each becomes a line.
///
/// Only brackets and quotes are looked at. What a record tells is the parser's to say; and a body that is no JSON is a
/// line as it is, for quarantine: its sender would send it again for ever, and it would be in nobody's sight.
enum HookBody {
    /// The records as lines, each with its line feed; empty where the body holds none.
    static func lines(of body: [UInt8]) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(body.count + 64)
        return body.withUnsafeBytes { bytes in
            var scanner = Scanner(bytes: bytes)
            guard scanner.readAll(into: &lines) else { return asOneLine(bytes) }
            return lines
        }
    }

    private static func asOneLine(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        // One byte more than a line may have, so that a longer one is told as such.
        var line = bytes.prefix(SyslogFraming.longest).map { $0 == 0x0A || $0 == 0x0D ? UInt8(ascii: " ") : $0 }
        line.append(0x0A)
        return line
    }

    private struct Scanner {
        let bytes: UnsafeRawBufferPointer
        var place = 0

        /// Whether all of it was values.
        mutating func readAll(into lines: inout [UInt8]) -> Bool {
            skipSpace()
            while place < bytes.count {
                if bytes[place] == UInt8(ascii: "[") {
                    guard readArray(into: &lines) else { return false }
                } else {
                    guard let value = value() else { return false }
                    Self.append(bytes[value], to: &lines)
                }
                skipSpace()
            }
            return true
        }

        private mutating func readArray(into lines: inout [UInt8]) -> Bool {
            place += 1
            skipSpace()
            if take("]") { return true }
            while true {
                guard let value = value() else { return false }
                Self.append(bytes[value], to: &lines)
                skipSpace()
                if take("]") { return true }
                guard take(",") else { return false }
                skipSpace()
            }
        }

        /// An object; other values are no records.
        private mutating func value() -> Range<Int>? {
            let start = place
            guard place < bytes.count, bytes[place] == UInt8(ascii: "{") else { return nil }
            var depth = 0
            while place < bytes.count {
                switch bytes[place] {
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 {
                        place += 1
                        return start..<place
                    }
                case UInt8(ascii: "\""): guard skipString() else { return nil }
                default: break
                }
                place += 1
            }
            return nil
        }

        /// Moves to the quote that ends a string.
        private mutating func skipString() -> Bool {
            place += 1
            while place < bytes.count {
                switch bytes[place] {
                case UInt8(ascii: "\""): return true
                case UInt8(ascii: "\\"): place += 2
                default: place += 1
                }
            }
            return false
        }

        private mutating func skipSpace() {
            while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
            place += 1
            return true
        }

        /// Line feeds stand only between a record's tokens: JSON has none inside strings (RFC 8259 section 7).
        private static func append(_ record: Slice<UnsafeRawBufferPointer>, to lines: inout [UInt8]) {
            let start = lines.count
            lines.append(contentsOf: record)
            lines.append(0x0A)
            for index in start..<lines.count - 1 where lines[index] == 0x0A || lines[index] == 0x0D {
                lines[index] = 0x20
            }
        }
    }
}
