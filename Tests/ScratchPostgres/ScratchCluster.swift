internal import Foundation
internal import Logging
internal import PostgresClient
internal import Store
internal import Synchronization

/// A PostgreSQL server for tests: real, on a Unix socket only, gone when the tests are.
///
/// `shared` is the one that tests use, through `withScratchDatabase`. A test that stops or crashes the server starts
/// one of its own.
package actor ScratchCluster {
    private let process: ServerProcess
    private let admin: ConnectionPool
    private var template: Task<Void, any Error>?
    private var made = 0
    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Without fsync: it is never crashed, and making and dropping databases is ten times as fast.
    private static let started = Task { try await ScratchCluster.start(fsync: false) }

    package static var shared: ScratchCluster {
        get async throws { try await started.value }
    }

    /// Starts a server and waits until it takes connections.
    ///
    /// - Parameters:
    ///   - fsync: false where a test writes much and crashes nothing.
    ///   - options: more options of `postgres`.
    ///   - places: databases in use at once; later callers wait.
    package static func start(
        fsync: Bool = true,
        options: [String] = [],
        places: Int = 4
    ) async throws -> ScratchCluster {
        let process = try ServerProcess(
            try ServerBinaries.newest(),
            options: [
                "-c", "fsync=\(fsync ? "on" : "off")", "-c", "max_connections=200",
                // As in a server of Mailmill's: compiling a query took ten times as long as running it.
                "-c", "jit=off",
            ] + options
        )
        let cluster = ScratchCluster(process: process, places: places)
        try await cluster.untilReady()
        try await cluster.admin.withConnection { try await $0.run(RoleStatements.roles) }
        return cluster
    }

    private init(process: ServerProcess, places: Int) {
        self.process = process
        self.places = places
        let settings = ConnectionSettings(host: process.folder, database: "postgres", user: "postgres")
        admin = ConnectionPool(settings, limit: 4, leaseTimeout: .seconds(60), logger: Logger(label: "scratch"))
    }

    // MARK: - Databases

    /// A new database.
    ///
    /// - Parameter migrated: with all migrations applied, else empty.
    package func makeDatabase(migrated: Bool = true) async throws -> ScratchDatabase {
        if migrated { try await makeTemplate() }
        made += 1
        let name = "scratch_\(made)"
        try await create(name, template: migrated ? "mailmill_template" : "template0")
        return ScratchDatabase(folder: process.folder, name: name)
    }

    package func drop(_ database: ScratchDatabase) async throws {
        try await admin.withConnection { try await $0.run("DROP DATABASE \(database.name) WITH (FORCE)") }
    }

    /// Waits for one of the places.
    func enter() async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty {
            places += 1
        } else {
            waiting.removeFirst().resume()
        }
    }

    private func create(_ name: String, template: String) async throws {
        try await admin.withConnection { connection in
            try await connection.run(RoleStatements.create(name, template: template))
            try await connection.run(RoleStatements.grants(on: name))
        }
    }

    /// Migrates a database once; the others are copies of it.
    private func makeTemplate() async throws {
        if template == nil {
            template = Task {
                try await create("mailmill_template", template: "template0")
                let database = ScratchDatabase(folder: process.folder, name: "mailmill_template")
                let pool = database.pool(.owner)
                try await Migrations(pool).run()
                await pool.close()
                try await admin.withConnection { connection in
                    try await connection.run("ALTER DATABASE mailmill_template ALLOW_CONNECTIONS false")
                }
            }
        }
        try await template?.value
    }

    // MARK: - Faults

    /// Stops the server in order.
    package func stop() async throws { try await carryOut("stop") }

    /// Stops the server as a crash would.
    package func crash() async throws { try await carryOut("crash") }

    /// Starts the server again.
    package func restart() async throws {
        try await carryOut("start")
        try await untilReady()
    }

    private func carryOut(_ order: String) async throws {
        process.order(order)
        try await eventually("the scratch server's \(order)", within: .seconds(60)) { process.isDone }
    }

    private func untilReady() async throws {
        do {
            try await eventually("the scratch server", within: .seconds(60)) {
                do {
                    try await admin.query("SELECT 1 AS one")
                    return true
                } catch let error as PostgresClientError where error.isOutage {
                    return false
                }
            }
        } catch is ScratchError {
            throw ScratchError.notReady(log: process.log)
        }
    }
}
