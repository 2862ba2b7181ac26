/// Listening sockets of this machine, from /proc/net (proc(5)).
enum SocketTable {
    /// Inode of the listening Unix socket with this path, in /proc/net/unix.
    static func unixListener(path: String, in text: String) -> UInt64? {
        for line in text.split(separator: "\n").dropFirst() {
            // Num RefCount Protocol Flags Type St Inode Path; flag 0x10000 is __SO_ACCEPTCON.
            let fields = line.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: true)
            guard fields.count == 8, String(fields[7]) == path, let flags = UInt32(fields[3], radix: 16),
                flags & 0x10000 != 0
            else { continue }
            return UInt64(fields[6])
        }
        return nil
    }

    struct TCPListener: Sendable, Equatable {
        /// Address in bytes, network order: 4 or 16.
        let address: [UInt8]
        let port: Int
        let inode: UInt64

        var isAny: Bool { address.allSatisfy { $0 == 0 } }

        var text: String {
            guard address.count == 4 else { return isAny ? "*" : address == Self.loopback6 ? "::1" : "an IPv6 address" }
            return address.map { "\($0)" }.joined(separator: ".")
        }

        static let loopback6: [UInt8] = [UInt8](repeating: 0, count: 15) + [1]
    }

    /// Listeners in /proc/net/tcp or /proc/net/tcp6.
    static func tcpListeners(in text: String) -> [TCPListener] {
        text.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count > 9, fields[3] == "0A", let inode = UInt64(fields[9]) else { return nil }
            let place = fields[1].split(separator: ":")
            guard place.count == 2, let port = Int(place[1], radix: 16), place[0].utf8.count % 8 == 0 else {
                return nil
            }
            return TCPListener(address: bytes(of: String(place[0])), port: port, inode: inode)
        }
    }

    /// Words of 32 bits, each printed as this (little-endian) machine reads it.
    private static func bytes(of hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count, by: 8).flatMap { start -> [UInt8] in
            let word = UInt32(String(digits[start..<start + 8]), radix: 16) ?? 0
            return withUnsafeBytes(of: word) { Array($0) }
        }
    }

    /// Whether a listener is in the way of listening on `address`, as written in `listen_addresses`.
    static func conflicts(_ listener: TCPListener, with address: String) -> Bool {
        switch address {
        case "*": true
        case "0.0.0.0": listener.address.count == 4 || listener.isAny
        case "::": listener.address.count == 16 || listener.isAny
        case "localhost":
            listener.isAny || listener.address == [127, 0, 0, 1] || listener.address == TCPListener.loopback6
        case "::1": listener.isAny && listener.address.count == 16 || listener.address == TCPListener.loopback6
        default:
            listener.isAny || listener.address == address.split(separator: ".").compactMap { UInt8($0) }
        }
    }
}
