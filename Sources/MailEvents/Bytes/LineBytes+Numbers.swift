extension LineBytes {
    /// The value of a digit, or 10 and more for what is none.
    @inline(__always)
    func digit(at index: Int) -> UInt8 { self[index] &- 0x30 }

    /// A number of exactly two digits at `index`.
    @inline(__always)
    func twoDigits(at index: Int) -> Int? {
        let tens = digit(at: index)
        let ones = digit(at: index + 1)
        guard tens < 10, ones < 10 else { return nil }
        return Int(tens) &* 10 &+ Int(ones)
    }

    /// The whole number that fills `start..<limit`: 1 to 18 digits, nothing else.
    @inline(__always)
    func number(_ start: Int, _ limit: Int) -> Int64? {
        let length = limit &- start
        guard length > 0, length <= 18 else { return nil }
        var value: Int64 = 0
        var index = start
        while index < limit {
            let digit = digit(at: index)
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
            index &+= 1
        }
        return value
    }

    /// A whole number that fills a field; `untold` for an empty one, nil for what is no number.
    @inline(__always)
    func count(_ field: Field) -> Int64? {
        guard !field.isEmpty else { return Int64(MailEvent.untold) }
        return number(Int(field.offset), Int(field.offset) + Int(field.length))
    }

    /// Seconds that fill a field, as milliseconds; `untold` for an empty one, nil for what is no number.
    @inline(__always)
    func delay(_ field: Field) -> Int64? {
        guard !field.isEmpty else { return Int64(MailEvent.untold) }
        return milliseconds(Int(field.offset), Int(field.offset) + Int(field.length))
    }

    /// Seconds with or without a fraction or exponent that fill `start..<limit`, as milliseconds, rounded to the
    /// nearest; less than none, of a clock that was set back, is 0. nil for what is no number, or is more than about
    /// 30 000 years.
    func milliseconds(_ start: Int, _ limit: Int) -> Int64? {
        if self[start] == UInt8(ascii: "-") { return unsignedMilliseconds(start + 1, limit).map { _ in 0 } }
        return unsignedMilliseconds(start, limit)
    }

    @inline(__always)
    private func unsignedMilliseconds(_ start: Int, _ limit: Int) -> Int64? {
        var value: Int64 = 0
        var digits = 0
        var decimals: Int?
        var exponent = 0
        var index = start
        while index < limit {
            let byte = self[index]
            let digit = byte &- 0x30
            if digit < 10 {
                digits += 1
                // Digits past the twelfth of a fraction cannot change the rounding that matters.
                if decimals ?? 0 < 12 {
                    guard value < 1_000_000_000_000_000 else { return nil }
                    value = value &* 10 &+ Int64(digit)
                    decimals = decimals.map { $0 + 1 }
                }
            } else if byte == UInt8(ascii: "."), decimals == nil {
                decimals = 0
            } else if byte | 0x20 == UInt8(ascii: "e"), digits > 0 {
                guard let power = signedNumber(index + 1, limit) else { return nil }
                exponent = power
                break
            } else {
                return nil
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        return Self.scaled(value, byPowerOfTen: 3 + exponent - (decimals ?? 0))
    }

    /// `value` times a power of ten, rounded to the nearest; nil if it is too large to be a delay.
    private static func scaled(_ value: Int64, byPowerOfTen power: Int) -> Int64? {
        var value = value
        var power = power
        while power > 0 {
            guard value < 1_000_000_000_000_000 else { return nil }
            value *= 10
            power -= 1
        }
        while power < -1, value != 0 {
            value /= 10
            power += 1
        }
        return power < 0 ? (value + 5) / 10 : value
    }

    /// `+12`, `-12` or `12`: up to two digits.
    private func signedNumber(_ start: Int, _ limit: Int) -> Int? {
        let sign = self[start]
        let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
        let first = isSigned ? start + 1 : start
        guard limit - first <= 2, let magnitude = number(first, limit) else { return nil }
        return sign == UInt8(ascii: "-") ? -Int(magnitude) : Int(magnitude)
    }
}
