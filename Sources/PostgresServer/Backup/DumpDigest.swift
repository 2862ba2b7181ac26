internal import PostgresClient

/// Counts and sums every table of a database, several at a time.
struct DumpDigest: Sendable {
    let server: DatabaseServer
    let jobs: Int

    /// - Parameter snapshot: of another transaction that is still open; nil for what is there now.
    func tables(of database: String, snapshot: String?) async throws -> [String: String] {
        let names = try await open(database, snapshot) { try await DatabaseFigures.names($0, roots: false) }
        let queue = TableQueue(names)
        return try await withThrowingTaskGroup(of: [(String, String)].self) { group in
            for _ in 0..<max(1, min(jobs, names.count)) {
                group.addTask {
                    try await open(database, snapshot) { connection in
                        var found: [(String, String)] = []
                        while let name = await queue.next() {
                            found.append((name, try await DatabaseFigures.digest(of: name, connection)))
                        }
                        return found
                    }
                }
            }
            return try await group.reduce(into: [:]) { all, some in
                for (name, digest) in some { all[name] = digest }
            }
        }
    }

    /// What rows look like as text must not depend on anybody's settings.
    private static let fixedText =
        "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';"
        + " SET bytea_output = 'hex'; SET extra_float_digits = 1"

    private func open<Value: Sendable>(
        _ database: String,
        _ snapshot: String?,
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await Connection.connect(server.connectionSettings(as: .superuser, database: database))
        try await connection.run(Self.fixedText)
        try await connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if let snapshot { try await connection.run("SET TRANSACTION SNAPSHOT '\(snapshot)'") }
        let value = try await body(connection)
        try await connection.run("COMMIT")
        return value
    }
}

/// Hands tables out, one to each who asks.
private actor TableQueue {
    private var left: ArraySlice<String>

    init(_ names: [String]) {
        left = names[...]
    }

    func next() -> String? { left.popFirst() }
}
