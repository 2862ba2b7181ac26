/// Where a JSON value stands in its line.
struct JSONValue {
    enum Kind: UInt8 {
        /// There is none.
        case absent
        /// A string without escapes.
        case string
        /// A string with escapes.
        case escapedString
        case array
        case object
        case null
        /// A number, `true` or `false`.
        case word
    }

    var kind = Kind.absent
    private var first: UInt32 = 0
    private var limit: UInt32 = 0

    /// Where the content begins: of a string behind its quote, of an array or object behind its bracket.
    @inline(__always)
    var start: Int { Int(first) }
    /// Where the content ends.
    @inline(__always)
    var end: Int { Int(limit) }

    static let absent = JSONValue()

    private init() {}

    @inline(__always)
    init(kind: Kind, start: Int, end: Int) {
        self.kind = kind
        first = UInt32(truncatingIfNeeded: start)
        limit = UInt32(truncatingIfNeeded: end)
    }

    @inline(__always)
    var isString: Bool { kind == .string || kind == .escapedString }
}

extension LineBytes {
    /// Whether a key or a string is this text, byte for byte.
    @inline(__always)
    func value(_ value: JSONValue, is text: StaticString) -> Bool {
        value.end &- value.start == text.utf8CodeUnitCount && has(text, at: value.start)
    }

    /// The field of a string or a number; absent for anything else.
    @inline(__always)
    func field(_ value: JSONValue) -> Field {
        switch value.kind {
        case .string, .word: field(value.start, value.end)
        case .escapedString: field(value.start, value.end, escaping: .json)
        case .absent, .array, .object, .null: .absent
        }
    }

    /// A whole number, in quotes or not; nil if it is none.
    @inline(__always)
    func number(_ value: JSONValue) -> Int64? {
        value.kind == .word || value.kind == .string ? number(value.start, value.end) : nil
    }

    /// The parts of the address that a string is; nothing for anything else. `<` and `>` around it are no part of it.
    func address(_ value: JSONValue) -> (local: Field, domain: Field) {
        switch value.kind {
        case .string:
            let isBracketed = self[value.start] == UInt8(ascii: "<") && self[value.end - 1] == UInt8(ascii: ">")
            return isBracketed ? address(value.start + 1, value.end - 1) : address(value.start, value.end)
        case .escapedString:
            let text = DecodedText(string: bytes, value.start, value.end)
            return text.bytes.withUnsafeBytes { plain in
                guard let plain = LineBytes(plain) else { return (.absent, .absent) }
                let isBracketed = plain[0] == UInt8(ascii: "<") && plain[plain.end - 1] == UInt8(ascii: ">")
                let (local, domain) = isBracketed ? plain.address(1, plain.end - 1) : plain.address(0, plain.end)
                return (text.original(local), text.original(domain))
            }
        case .absent, .array, .object, .null, .word:
            return (.absent, .absent)
        }
    }

    /// The field of a string, if it looks like an IP address.
    @inline(__always)
    func ipAddress(_ value: JSONValue) -> Field {
        value.kind == .string && isIPAddress(value.start, value.end) ? field(value.start, value.end) : .absent
    }
}
