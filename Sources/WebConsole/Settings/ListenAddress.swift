internal import Foundation

/// Where the console listens: an IP address or `localhost`, and a port.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:8025`, `[::1]:8025` or `localhost:8025`. Throws `listenAddressUnusable`.
    package init(_ text: String) throws(WebConsoleError) {
        guard let colon = text.lastIndex(of: ":") else {
            throw .listenAddressUnusable(text: text, reason: "expected address:port, such as 127.0.0.1:8025")
        }
        guard let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port) else {
            throw .listenAddressUnusable(text: text, reason: "the port is not a number from 0 to 65535")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        }
        guard host == "localhost" || IPAddress(host) != nil else {
            throw .listenAddressUnusable(text: text, reason: "the host is neither an IP address nor localhost")
        }
        self.init(host: host, port: port)
    }

    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Nobody on another machine can reach it.
    package var isLoopback: Bool {
        host == "localhost" || IPAddress(host)?.isLoopback == true
    }
}
