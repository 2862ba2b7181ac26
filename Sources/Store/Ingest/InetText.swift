internal import Glibc

/// An IP address of a log, in the binary form of PostgreSQL's `inet` (`network_send`).
enum InetText {
    /// Gives family, bits, "is a network", length and address to `body`; nil if the text is not an address.
    static func withBinary(_ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) -> Void) {
        guard text.count >= 2, text.count < Int(INET6_ADDRSTRLEN) else { return body(nil) }
        let isVersion6 = text.contains(UInt8(ascii: ":"))
        let length = isVersion6 ? 16 : 4
        withUnsafeTemporaryAllocation(byteCount: Int(INET6_ADDRSTRLEN), alignment: 8) { name in
            withUnsafeTemporaryAllocation(byteCount: 20, alignment: 8) { binary in
                guard let start = binary.baseAddress, let characters = name.baseAddress else { return body(nil) }
                name.copyMemory(from: text)
                name[text.count] = 0
                let family = isVersion6 ? AF_INET6 : AF_INET
                guard inet_pton(family, characters.assumingMemoryBound(to: CChar.self), start + 4) == 1 else {
                    return body(nil)
                }
                binary[0] = isVersion6 ? 3 : 2
                binary[1] = UInt8(length * 8)
                binary[2] = 0
                binary[3] = UInt8(length)
                body(UnsafeRawBufferPointer(rebasing: binary[..<(4 + length)]))
            }
        }
    }
}
