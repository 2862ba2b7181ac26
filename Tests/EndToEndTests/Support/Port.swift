import Foundation

/// Ports of loopback.
enum Port {
    /// One that nobody listens on now.
    static func free() throws -> Int {
        let (descriptor, port) = try listen(on: 0)
        close(descriptor)
        return port
    }

    /// Whether somebody listens on it, asked of the kernel: nobody is disturbed by a connection.
    static func isListening(_ port: Int) -> Bool {
        let hex = String(port, radix: 16, uppercase: true)
        let suffix = ":" + String(repeating: "0", count: 4 - hex.count) + hex
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].compactMap { FileManager.default.contents(atPath: $0) }
        return tables.contains { table in
            String(decoding: table, as: UTF8.self).split(separator: "\n").contains { line in
                let words = line.split(separator: " ")
                return words.count > 3 && words[1].hasSuffix(suffix) && words[3] == "0A"
            }
        }
    }

    /// Takes a port. Close the descriptor to give it back.
    ///
    /// - Parameter port: 0 for any.
    static func listen(on port: Int) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestTrouble("socket: \(String(cString: strerror(errno)))") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, length) == 0, Glibc.listen(descriptor, 8) == 0 else { return Int32(-1) }
                return getsockname(descriptor, address, &length)
            }
        }
        guard result == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw TestTrouble("port \(port): \(reason)")
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}
