/// What the database will take, at today's growth and with what retention drops. Pure.
package struct StorageForecast: Sendable, Equatable {
    /// How far it looks ahead.
    package static let horizonDays = 3653

    package let relations: [StoredRelation]

    package init(_ relations: [StoredRelation]) {
        self.relations = relations
    }

    package var bytes: Int64 { relations.reduce(0) { $0 + $1.bytes } }
    package var bytesPerDay: Double { relations.reduce(0) { $0 + $1.bytesPerDay } }
    /// Bytes when as much goes as comes.
    package var steadyBytes: Double {
        relations.reduce(0) { $0 + max($1.steadyBytes, $1.keptDays == nil ? Double($1.bytes) : 0) }
    }

    package func bytes(after days: Double) -> Double { relations.reduce(0) { $0 + $1.bytes(after: days) } }

    /// Days until the disk is as full as it may become: ingest stops then. nil: not within ten years.
    ///
    /// - Parameter room: bytes that the database may still grow by.
    package func daysUntilFull(room: Int64) -> Int? {
        guard room > 0 else { return 0 }
        let now = Double(bytes)
        func isFull(_ day: Int) -> Bool { bytes(after: Double(day)) - now > Double(room) }
        guard isFull(Self.horizonDays) else { return nil }
        // What it takes never shrinks over time: halve.
        var (low, high) = (0, Self.horizonDays)
        while high - low > 1 {
            let middle = (low + high) / 2
            if isFull(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// The forecast with other times of keeping: what is older than they allow is gone.
    package func keeping(_ rules: RetentionRules) -> StorageForecast {
        StorageForecast(
            relations.map { relation in
                guard let grain = relation.keptAs, let kept = relation.keptDays else { return relation }
                var changed = relation
                let days = Double(rules.kept(grain))
                changed.keptDays = days
                if days < kept, relation.bytesPerDay > 0 {
                    changed.bytes = min(relation.bytes, Int64(relation.bytesPerDay * days))
                }
                return changed
            }
        )
    }
}
