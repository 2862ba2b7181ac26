import Crypto

/// Tells a request from every other: by the id that its sender gave it, or else by its bytes.
package struct RequestDigest: Sendable, Hashable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter id: as `X-MessageSystems-Batch-ID` has it.
    package init(id: String) {
        self.init(of: Array("id\n".utf8), Array(id.utf8))
    }

    package init(body: [UInt8]) {
        self.init(of: Array("body\n".utf8), body)
    }

    /// The first half of SHA-256.
    private init(of kind: [UInt8], _ bytes: [UInt8]) {
        var hash = SHA256()
        hash.update(data: kind)
        hash.update(data: bytes)
        let halves = hash.finalize().prefix(16).reduce(into: [UInt64(0), 0, 0]) { halves, byte in
            halves[Int(halves[2] / 8)] = halves[Int(halves[2] / 8)] << 8 | UInt64(byte)
            halves[2] += 1
        }
        self.init(high: halves[0], low: halves[1])
    }
}
