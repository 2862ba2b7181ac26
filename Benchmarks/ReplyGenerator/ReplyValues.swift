package import MailEvents

/// What stands in replies and differs from message to message: invented, repeatable.
package struct ReplyValues {
    /// The recipient's local part in the reply that is being filled.
    package private(set) var name = ""
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func chooseName() {
        name = pick(["bob", "jane.doe", "sales+tag", "x1", "maria_2004", "k-", "andré"]) + "\(number(1...9999))"
    }

    package mutating func value(_ placeholder: Placeholder) -> String {
        switch placeholder {
        case .address: "\(name)@\(host())"
        case .ip: ip()
        case .host: host()
        case .id: id()
        case .url: url()
        case .time: time()
        case .name: name
        case .number: "\(number(1...99_999_999))"
        }
    }

    private mutating func host() -> String {
        let label = pick(["mx", "mail", "smtp-in", "DB5EUR01FT036", "a", "node"])
        let domain = pick([
            "example.org", "example.com", "mail.example.net", "xn--bcher-kva.example", "eop-EUR01.example.com",
        ])
        return "\(label)\(number(1...99)).\(domain)"
    }

    private mutating func ip() -> String {
        switch number(0...4) {
        case 0: "2001:db8::\(String(number(1...65535), radix: 16))"
        case 1: "2001:db8:\(String(number(0...65535), radix: 16)):1:2:3:4:5"
        default: "\(pick(["192.0.2", "198.51.100", "203.0.113"])).\(number(1...254))"
        }
    }

    private mutating func id() -> String {
        let hexadecimal = String(next() | 1 << 63, radix: 16)
        switch number(0...3) {
        case 0: return "4\(hexadecimal.prefix(11))z9"
        case 1: return "1s\(hexadecimal.prefix(4))V-000\(hexadecimal.suffix(3))-2D"
        case 2: return "a640c23a62f3a-\(hexadecimal)si\(number(1000...99999)).\(number(10...999))"
        default: return "08DC\(hexadecimal.uppercased().prefix(12))"
        }
    }

    private mutating func url() -> String {
        pick([
            "https://support.example.com/mail/?p=\(number(1...999))",
            "http://www.example.org/help/\(number(1...99))#550",
            "https://example.net/q?ip=192.0.2.\(number(1...254))&x=y", "www.example.com/block.html",
        ])
    }

    private mutating func time() -> String {
        let clock = "\(number(10...23)):\(number(10...59)):\(number(10...59))"
        return pick([
            "2026-03-\(number(10...31))T\(clock).\(number(100...999))Z",
            "Thu, \(number(1...31)) Mar 2026 \(clock) +0100",
            "Thu Mar \(number(10...31)) \(clock) 2026", "\(number(1...31)) Mar 2026 \(clock) GMT", clock,
        ])
    }

    // MARK: - Chance

    private mutating func pick(_ texts: [String]) -> String { texts[number(0...texts.count - 1)] }

    package mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
