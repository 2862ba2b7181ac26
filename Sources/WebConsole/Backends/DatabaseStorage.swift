package import Store

/// What the database takes, and how long things are kept.
package struct DatabaseStorage: Sendable, Equatable {
    package var relations: [StoredRelation]
    package var rules: RetentionRules
    /// Bytes that it may still grow by before ingest stops; nil where its disk is another host's.
    package var room: Int64?

    package init(relations: [StoredRelation], rules: RetentionRules, room: Int64? = nil) {
        self.relations = relations
        self.rules = rules
        self.room = room
    }
}
