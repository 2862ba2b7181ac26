/// Which statements a connection has prepared: pure bookkeeping, bounded.
struct PreparedStatements {
    /// What to do to use a statement.
    enum Use: Equatable {
        case ready(String)
        /// Prepare it under this name, after deallocating the one that was used longest ago.
        case prepare(String, evicting: String?)
    }

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

    mutating func use(_ statement: String, _ types: [UInt32]) -> Use {
        clock += 1
        let key = Key(statement: statement, types: types)
        if let name = names[key] {
            lastUse[key] = clock
            return .ready(name)
        }
        var evicted: String?
        if names.count >= limit, let oldest = lastUse.min(by: { $0.value < $1.value })?.key {
            evicted = names.removeValue(forKey: oldest)
            lastUse[oldest] = nil
        }
        return .prepare("s\(clock)", evicting: evicted)
    }

    /// The server took the statement under the name.
    mutating func prepared(_ statement: String, _ types: [UInt32], as name: String) {
        let key = Key(statement: statement, types: types)
        names[key] = name
        lastUse[key] = clock
    }
}
