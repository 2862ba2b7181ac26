/// Remembers values by a hash, and never more than twice `limit` of them: when one generation is full it becomes the old
/// one, and what was the old one is forgotten. What is asked for moves to the young one, so it stays.
///
/// The hash must be keyed: whoever knows its key could make two replies one.
struct GenerationCache<Value> {
    private let limit: Int
    private var young: [UInt64: Value] = [:]
    private var old: [UInt64: Value] = [:]

    /// - Parameter limit: values of a generation.
    init(limit: Int) {
        self.limit = max(1, limit)
    }

    var count: Int { young.count + old.count }

    @inline(__always)
    mutating func value(for hash: UInt64) -> Value? {
        if let value = young[hash] { return value }
        guard let value = old[hash] else { return nil }
        insert(value, for: hash)
        return value
    }

    mutating func insert(_ value: Value, for hash: UInt64) {
        if young.count >= limit {
            old = young
            young = [:]
            young.reserveCapacity(limit)
        }
        young[hash] = value
    }
}
