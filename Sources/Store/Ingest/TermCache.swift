/// Numbers of texts that the database gave, found by a keyed hash of the text: open addressing, 12 bytes a slot.
///
/// Two texts with the same 64-bit hash would be taken for one; with the key unknown to whoever writes log lines, that
/// happens to one pair in 2⁶⁴. Two generations: when the young one is full it becomes the old one, and the old one is
/// forgotten. What is used moves to the young one, so that texts that come once push out no text that comes often. It is
/// bounded whatever the log holds.
package struct TermCache {
    private struct Generation {
        var hashes: [UInt64]
        var ids: [Int32]
        var count = 0

        init(slots: Int) {
            hashes = [UInt64](repeating: 0, count: slots)
            ids = [Int32](repeating: 0, count: slots)
        }

        @inline(__always)
        func find(_ key: UInt64) -> Int32? {
            let mask = hashes.count &- 1
            var slot = Int(truncatingIfNeeded: key) & mask
            while hashes[slot] != 0 {
                if hashes[slot] == key { return ids[slot] }
                slot = (slot &+ 1) & mask
            }
            return nil
        }

        mutating func place(_ key: UInt64, _ id: Int32) {
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

        /// Three quarters of the slots are in use.
        var isCrowded: Bool { count &* 4 >= hashes.count &* 3 }

        mutating func grow() {
            var larger = Generation(slots: hashes.count &* 2)
            for (key, id) in zip(hashes, ids) where key != 0 { larger.place(key, id) }
            self = larger
        }
    }

    /// Slots of one generation at most, a power of two.
    private let slotLimit: Int
    private var young = Generation(slots: 1024)
    private var old = Generation(slots: 1)

    /// - Parameter slots: of one generation at most, a power of two from 1024 on. It holds three quarters as many texts.
    package init(slots: Int = 1 << 19) {
        slotLimit = slots
    }

    /// Texts that are held, those that both generations hold twice.
    package var count: Int { young.count + old.count }

    /// The number of a text, nil if it is not known here.
    @inline(__always)
    package mutating func find(_ hash: UInt64) -> Int32? {
        let key = Self.nonZero(hash)
        if let id = young.find(key) { return id }
        guard let id = old.find(key) else { return nil }
        insert(key, id)
        return id
    }

    package mutating func insert(_ hash: UInt64, _ id: Int32) {
        if young.isCrowded {
            if young.hashes.count < slotLimit {
                young.grow()
            } else {
                old = young
                young = Generation(slots: slotLimit)
            }
        }
        young.place(Self.nonZero(hash), id)
    }

    package mutating func removeAll() {
        young = Generation(slots: 1024)
        old = Generation(slots: 1)
    }

    /// 0 marks an empty slot.
    @inline(__always)
    private static func nonZero(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }
}
