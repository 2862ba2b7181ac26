extension LineBytes {
    /// The local part and the domain of the address in `start..<limit`: split at the last `@` outside of quotes.
    /// Without such an `@`, all of it is the local part.
    ///
    /// A local part in quotes (RFC 5321 `Quoted-string`) comes without them. An address of Postfix's old internal
    /// form, whose local part is not quoted whatever it contains, is split at its last `@` too.
    @inline(__always)
    func address(_ start: Int, _ limit: Int) -> (local: Field, domain: Field) {
        if self[start] == UInt8(ascii: "\""), start < limit, let close = closingQuote(after: start, to: limit) {
            let local = quotedField(start + 1, close)
            if close + 1 == limit { return (local, .absent) }
            if self[close + 1] == UInt8(ascii: "@") { return (local, field(close + 2, limit)) }
        }
        guard let at = last(UInt8(ascii: "@"), from: start, to: limit) else { return (field(start, limit), .absent) }
        return (field(start, at), field(at + 1, limit))
    }

    /// Where the quoted string that begins at `open` closes; nil if it does not before `limit`.
    func closingQuote(after open: Int, to limit: Int = .max) -> Int? {
        let stop = min(limit, end)
        var index = open + 1
        while index < stop {
            switch self[index] {
            case UInt8(ascii: "\""): return index
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }

    /// The `>` that ends the address after `<` at `start - 1`, past a quoted local part; nil if there is none.
    @inline(__always)
    func addressEnd(from start: Int, to limit: Int = .max) -> Int? {
        var index = start
        if self[start] == UInt8(ascii: "\""), let close = closingQuote(after: start, to: limit) { index = close }
        return first(UInt8(ascii: ">"), from: index, to: limit)
    }

    private func quotedField(_ start: Int, _ limit: Int) -> Field {
        let isEscaped = first(UInt8(ascii: "\\"), from: start, to: limit) != nil
        return field(start, limit, escaping: isEscaped ? .quotedLocalPart : .none)
    }

    /// Whether `start..<limit` looks like an IPv4 or IPv6 address: only hexadecimal digits, dots, colons (and a zone
    /// after `%`), with a dot or a colon among them.
    @inline(__always)
    func isIPAddress(_ start: Int, _ limit: Int) -> Bool {
        guard limit - start >= 2, limit - start <= 64 else { return false }
        var hasSeparator = false
        var index = start
        while index < limit {
            let byte = self[index]
            if byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") {
                hasSeparator = true
            } else if byte == UInt8(ascii: "%"), hasSeparator {
                return true
            } else if byte &- 0x30 >= 10, (byte | 0x20) &- 0x61 >= 6 {
                return false
            }
            index &+= 1
        }
        return hasSeparator
    }
}
