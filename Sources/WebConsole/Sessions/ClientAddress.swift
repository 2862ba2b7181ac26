internal import Hummingbird

/// Who asks, as far as the network tells.
struct ClientAddress: Sendable, Equatable {
    /// For the audit trail.
    let text: String
    /// For the throttle: an IPv4 address, or a /64 of IPv6.
    let network: String

    init(_ address: IPAddress?) {
        self.text = address?.description ?? "unknown"
        self.network = address?.network.description ?? "unknown"
    }

    /// The peer itself, or, if the peer is a trusted proxy, the last address in `X-Forwarded-For` that is not one.
    init(peer: IPAddress?, forwardedFor: [String], trustedProxies: Set<IPAddress>) {
        var address = peer
        var hops = forwardedFor.flatMap { $0.split(separator: ",") }[...]
        while let current = address, trustedProxies.contains(current), let hop = hops.popLast() {
            guard let next = Self.address(in: hop) else { break }
            address = next
        }
        self.init(address)
    }

    /// Some proxies add the port.
    private static func address(in hop: Substring) -> IPAddress? {
        let text = hop.filter { $0 != " " }
        if let address = IPAddress(text) { return address }
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return IPAddress(String(text[text.index(after: text.startIndex)..<end]))
        }
        return text.lastIndex(of: ":").flatMap { IPAddress(String(text[..<$0])) }
    }
}
