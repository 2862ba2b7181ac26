/// Which statements a connection has prepared: pure bookkeeping, bounded.
struct PreparedStatements {
    private struct Key: Hashable {
        var statement: String
        var types: [UInt32]
    }

    /// Statements kept at most.
    private let limit: Int
    private var names: [Key: String] = [:]
    private var lastUse: [Key: UInt64] = [:]
    private var clock: UInt64 = 0

    init(limit: Int = 200) {
        self.limit = limit
    }

    /// The name that a statement was prepared under; nil if it has to be prepared.
    mutating func use(_ statement: String, _ types: [UInt32]) -> String? {
        let key = Key(statement: statement, types: types)
        guard let name = names[key] else { return nil }
        clock += 1
        lastUse[key] = clock
        return name
    }

    /// A name that was never used on this connection.
    mutating func newName() -> String {
        clock += 1
        return "s\(clock)"
    }

    /// The server took the statement under the name. Returns the name of the one used longest ago, to be deallocated,
    /// if there are too many now.
    mutating func add(_ statement: String, _ types: [UInt32], as name: String) -> String? {
        let key = Key(statement: statement, types: types)
        names[key] = name
        lastUse[key] = clock
        guard names.count > limit, let oldest = lastUse.min(by: { $0.value < $1.value })?.key else { return nil }
        lastUse[oldest] = nil
        return names.removeValue(forKey: oldest)
    }

    /// Forgets a statement. Returns the name that it had.
    mutating func forget(_ statement: String, _ types: [UInt32]) -> String? {
        let key = Key(statement: statement, types: types)
        lastUse[key] = nil
        return names.removeValue(forKey: key)
    }
}
