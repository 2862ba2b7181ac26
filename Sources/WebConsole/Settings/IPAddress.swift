internal import Foundation

/// An IPv4 or IPv6 address as octets: 4 or 16. An IPv4 address written inside IPv6 (`::ffff:…`) is the IPv4 one.
struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    let octets: [UInt8]

    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.octets = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &six) == 1 {
            let bytes = withUnsafeBytes(of: &six) { Array($0) }
            let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
            self.octets = isMapped ? Array(bytes[12...]) : bytes
        } else {
            return nil
        }
    }

    private init(octets: [UInt8]) {
        self.octets = octets
    }

    var isLoopback: Bool {
        octets.count == 4 ? octets[0] == 127 : octets == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// What one person commands at the least: the address itself, or a /64 of IPv6.
    var network: IPAddress {
        octets.count == 4 ? self : IPAddress(octets: octets[..<8] + [UInt8](repeating: 0, count: 8))
    }

    var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = octets.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, octets, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
