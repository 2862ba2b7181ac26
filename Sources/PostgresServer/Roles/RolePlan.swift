/// How many connections each role may have, so that reports can never take those that ingest needs.
struct RolePlan: Sendable, Equatable {
    /// Kept for superusers by PostgreSQL (`superuser_reserved_connections`).
    static let reservedForSuperuser = 5
    private static let fixedLimits: [DatabaseRole: Int] = [
        .owner: 10, .console: 24, .report: 16, .backup: 6, .monitor: 6,
    ]
    /// Fewer would leave collectors without room.
    static var smallestMaxConnections: Int { fixedLimits.values.reduce(reservedForSuperuser, +) + 13 }

    let maxConnections: Int

    /// Limit of a role; nil for the superuser, who has the reserved ones. Together they never exceed what there is.
    func limit(of role: DatabaseRole) -> Int? {
        switch role {
        case .superuser: nil
        case .collector: maxConnections - Self.reservedForSuperuser - Self.fixedLimits.values.reduce(0, +)
        case .owner, .console, .report, .backup, .monitor: Self.fixedLimits[role]
        }
    }
}
