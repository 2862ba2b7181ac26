/// SipHash-1-3 with a key that is injected: 64 bits over bytes.
///
/// With a secret key nobody who writes log lines can choose texts that collide (Aumasson and Bernstein, "SipHash: a
/// fast short-input PRF", 2012), so it serves caches that attackers fill, and hashes that are stored to look
/// addresses up. The same key and bytes give the same hash on every machine and in every version.
package struct KeyedHash: Sendable, Equatable {
    private let key0: UInt64
    private let key1: UInt64

    package init(key0: UInt64, key1: UInt64) {
        self.key0 = key0
        self.key1 = key1
    }

    /// The hash of bytes as they are: whoever stores it brings them into a `FieldForm` first.
    package func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = SipState(key0: key0, key1: key1)
        let whole = bytes.count & ~7
        var index = 0
        while index < whole {
            state.compress(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index &+= 8
        }
        var last = UInt64(truncatingIfNeeded: bytes.count) << 56
        while index < bytes.count {
            last |= UInt64(bytes[index]) << (UInt64(index - whole) * 8)
            index &+= 1
        }
        state.compress(last)
        return state.finish()
    }

    /// The hash of a field's plain text in `form`.
    package func hash(_ field: Field, in bytes: UnsafeRawBufferPointer, form: FieldForm) -> UInt64 {
        field.withPlainBytes(in: bytes, form: form, hash)
    }

    /// The hash of an address, the same for every spelling that reaches the same mailbox in practice: letters of
    /// both parts in lower case (ASCII), no trailing dot. `@` stands between the parts if there is a domain.
    package func hash(local: Field, domain: Field, in bytes: UnsafeRawBufferPointer) -> UInt64 {
        let capacity = Int(local.length) + Int(domain.length) + 1
        return withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 8) { plain in
            var count = local.write(to: plain, from: bytes, form: .folded)
            if !domain.isEmpty {
                plain[count] = UInt8(ascii: "@")
                count += 1
                let rest = UnsafeMutableRawBufferPointer(rebasing: plain[count...])
                count += domain.write(to: rest, from: bytes, form: .domain)
            }
            return hash(UnsafeRawBufferPointer(rebasing: plain[..<count]))
        }
    }
}

/// The four words of SipHash.
private struct SipState {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    @inline(__always)
    init(key0: UInt64, key1: UInt64) {
        v0 = key0 ^ 0x736f_6d65_7073_6575
        v1 = key1 ^ 0x646f_7261_6e64_6f6d
        v2 = key0 ^ 0x6c79_6765_6e65_7261
        v3 = key1 ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        v0 ^= word
    }

    @inline(__always)
    mutating func finish() -> UInt64 {
        v2 ^= 0xFF
        round()
        round()
        round()
        return v0 ^ v1 ^ v2 ^ v3
    }

    @inline(__always)
    private mutating func round() {
        v0 = v0 &+ v1
        v2 = v2 &+ v3
        v1 = v1 << 13 | v1 >> 51
        v3 = v3 << 16 | v3 >> 48
        v1 ^= v0
        v3 ^= v2
        v0 = v0 << 32 | v0 >> 32
        v2 = v2 &+ v1
        v0 = v0 &+ v3
        v1 = v1 << 17 | v1 >> 47
        v3 = v3 << 21 | v3 >> 43
        v1 ^= v2
        v3 ^= v0
        v2 = v2 << 32 | v2 >> 32
    }
}
