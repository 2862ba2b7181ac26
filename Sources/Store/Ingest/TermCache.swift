/// Numbers of texts that the database gave, found by a keyed hash of the text: open addressing, 12 bytes a slot.
///
/// Two texts with the same 64-bit hash would be taken for one; with the key unknown to whoever writes log lines, that
/// happens to one pair in 2⁶⁴. A full cache forgets everything and fills again: it is bounded whatever the log holds.
struct TermCache {
    /// Texts at most.
    private let limit: Int
    private var hashes: [UInt64]
    private var ids: [Int32]
    private var count = 0

    /// - Parameter limit: texts at most.
    init(limit: Int = 1 << 19) {
        self.limit = limit
        hashes = [UInt64](repeating: 0, count: 1024)
        ids = [Int32](repeating: 0, count: 1024)
    }

    /// The number of a text, nil if it is not known here.
    @inline(__always)
    func find(_ hash: UInt64) -> Int32? {
        let key = Self.nonZero(hash)
        let mask = hashes.count &- 1
        var slot = Int(truncatingIfNeeded: key) & mask
        while hashes[slot] != 0 {
            if hashes[slot] == key { return ids[slot] }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    mutating func insert(_ hash: UInt64, _ id: Int32) {
        if count >= limit { removeAll() }
        if count &* 2 >= hashes.count { grow() }
        place(Self.nonZero(hash), id)
    }

    mutating func removeAll() {
        hashes = [UInt64](repeating: 0, count: 1024)
        ids = [Int32](repeating: 0, count: 1024)
        count = 0
    }

    private mutating func place(_ key: UInt64, _ id: Int32) {
        let mask = hashes.count &- 1
        var slot = Int(truncatingIfNeeded: key) & mask
        while hashes[slot] != 0 {
            if hashes[slot] == key { return }
            slot = (slot &+ 1) & mask
        }
        hashes[slot] = key
        ids[slot] = id
        count &+= 1
    }

    private mutating func grow() {
        let old = zip(hashes, ids)
        let size = hashes.count &* 2
        hashes = [UInt64](repeating: 0, count: size)
        ids = [Int32](repeating: 0, count: size)
        count = 0
        for (key, id) in old where key != 0 { place(key, id) }
    }

    /// 0 marks an empty slot.
    @inline(__always)
    private static func nonZero(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }
}
