/// The pairs of a query or a form: `application/x-www-form-urlencoded` as the URL Standard §5.1 reads it, but what is
/// not UTF-8 or not percent-encoded is refused, not mended.
struct FormFields: Sendable, Equatable {
    private(set) var pairs: [(name: String, value: String)]

    struct Malformed: Error {}

    init() {
        self.pairs = []
    }

    init(parsing text: some StringProtocol) throws(Malformed) {
        var pairs: [(String, String)] = []
        for part in text.utf8.split(separator: UInt8(ascii: "&")) {
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decode(sides[0])
            let value = sides.count > 1 ? try Self.decode(sides[1]) : ""
            pairs.append((name, value))
        }
        self.pairs = pairs
    }

    static func == (left: FormFields, right: FormFields) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0 == $1 }
    }

    /// The first value of that name; nil if there is none.
    subscript(_ name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// As `subscript`, but nil also for an empty value or one of spaces.
    func text(_ name: String) -> String? {
        guard let value = self[name] else { return nil }
        let trimmed = value.drop { $0 == " " }
        guard let last = trimmed.lastIndex(where: { $0 != " " }) else { return nil }
        return String(trimmed[...last])
    }

    /// Puts `value` in the place of all values of that name; nil takes them away.
    mutating func set(_ name: String, to value: String?) {
        let position = pairs.firstIndex { $0.name == name }
        pairs.removeAll { $0.name == name }
        guard let value else { return }
        pairs.insert((name, value), at: min(position ?? pairs.endIndex, pairs.endIndex))
    }

    /// As it goes into a URL, without the `?`.
    var encoded: String {
        pairs.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }.joined(separator: "&")
    }

    private static func decode(_ bytes: some Sequence<UInt8>) throws(Malformed) -> String {
        var decoded: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"):
                decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
                    throw Malformed()
                }
                decoded.append(high << 4 | low)
            default:
                decoded.append(byte)
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self), !decoded.contains(0) else { throw Malformed() }
        return text
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }

    static func encode(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:,".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if plain.contains(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
