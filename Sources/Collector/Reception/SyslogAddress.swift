import Glibc

/// Where syslog is received: `udp:0.0.0.0:514`, `tcp:[::1]:601`, `unix:/run/mailmill/log` (datagrams, as `/dev/log`),
/// `unix-stream:/run/mailmill/stream`.
package enum SyslogAddress: Sendable, Equatable, CustomStringConvertible {
    case udp(host: String, port: UInt16)
    case tcp(host: String, port: UInt16)
    case unixDatagram(path: String)
    case unixStream(path: String)

    /// nil if `text` is none of them: `expected` says what is.
    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "udp", "tcp":
            guard let (host, port) = Self.hostAndPort(rest) else { return nil }
            self = text.hasPrefix("udp") ? .udp(host: host, port: port) : .tcp(host: host, port: port)
        case "unix", "unix-stream":
            // sun_path has 108 bytes, the last of them NUL (unix(7)).
            guard rest.hasPrefix("/"), rest.utf8.count < 108 else { return nil }
            self = text[..<colon] == "unix" ? .unixDatagram(path: rest) : .unixStream(path: rest)
        default:
            return nil
        }
    }

    package static let expected =
        "udp:ADDRESS:PORT, tcp:ADDRESS:PORT, unix:/PATH (datagrams) or unix-stream:/PATH (107 bytes at most)"

    package var description: String {
        switch self {
        case .udp(let host, let port): "udp:\(Self.text(host)):\(port)"
        case .tcp(let host, let port): "tcp:\(Self.text(host)):\(port)"
        case .unixDatagram(let path): "unix:\(path)"
        case .unixStream(let path): "unix-stream:\(path)"
        }
    }

    private static func text(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    private static func hostAndPort(_ text: String) -> (String, UInt16)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        var four = in_addr()
        var six = in6_addr()
        guard inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1 else { return nil }
        return (host, port)
    }
}
