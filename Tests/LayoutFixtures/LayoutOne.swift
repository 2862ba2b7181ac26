package import Foundation
package import PostgresClient

/// Layout 1: what a first release would have left behind, and the way from there to today's layout.
package enum LayoutOne {
    /// Makes the tables of layout 1 and fills them, always alike.
    ///
    /// - Parameters:
    ///   - events: how many, over three days.
    ///   - old: rows of statistics of the two years before.
    ///   - end: when the last event was.
    package static func make(_ connection: Connection, events: Int64, old: Int64, end: Date) async throws {
        try await connection.run(script("make_layout_1"))
        // Typed here: parameters of a script cannot be.
        try await connection.query(script("fill_layout_1"), [events, Int32(3), end, old])
        try await connection.run("ANALYZE layout_1.event, layout_1.statistics")
    }

    /// The immediate phase, as a migration would run it.
    package static func migrate(_ connection: Connection) async throws {
        try await connection.transaction { try await $0.run(script("migrate_layout_1")) }
    }

    private static func script(_ name: String) throws -> String {
        let root = Bundle.module.bundleURL.appending(path: "SQL")
        return try String(contentsOf: root.appending(path: name + ".sql"), encoding: .utf8)
    }
}
