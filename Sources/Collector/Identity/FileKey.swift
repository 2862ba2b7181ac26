/// A log file's name inside this collector: drawn at random when the file is first seen, kept with its spool.
package struct FileKey: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init() {
        var random = SystemRandomNumberGenerator()
        self.init(high: random.next(), low: random.next())
    }
}

extension FileKey: CustomStringConvertible {
    /// 32 hexadecimal digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// 16 bytes, the high half first.
    var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }

    /// - Parameter text: 32 hexadecimal digits, in lower case.
    init?(text: String) {
        guard text.utf8.count == 32, text == text.lowercased(),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}
