package import struct Foundation.Date

/// A migration, and whether the database has it.
package struct MigrationStatus: Sendable, Equatable {
    package var version: Int
    package var name: String
    /// nil: not applied yet.
    package var appliedAt: Date?

    package init(version: Int, name: String, appliedAt: Date?) {
        self.version = version
        self.name = name
        self.appliedAt = appliedAt
    }
}

/// What to do with a database, as a pure decision over what it has and what the program carries.
enum MigrationPlan {
    /// A row of `ops.migration`.
    struct Applied: Sendable, Equatable {
        var version: Int
        var name: String
        var checksum: [UInt8]
        var appliedAt: Date
    }

    /// The migrations still to apply, in order. Throws if the database cannot be brought to where the program is.
    static func pending(_ carried: [Migration], applied: [Applied]) throws(StoreError) -> [Migration] {
        let known = carried.map(\.version).max() ?? 0
        for row in applied {
            guard let migration = carried.first(where: { $0.version == row.version }) else {
                throw .databaseIsNewer(version: row.version, known: known)
            }
            guard migration.checksum == row.checksum else {
                throw .migrationChanged(version: row.version, name: row.name)
            }
        }
        let done = Set(applied.map(\.version))
        return carried.filter { !done.contains($0.version) }
    }
}
