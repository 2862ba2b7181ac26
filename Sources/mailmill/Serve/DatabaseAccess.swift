import Logging
import PostgresClient
import PostgresServer
import Store

/// Connections to the database as the settings say, in the least privileged role that does.
struct DatabaseAccess: Sendable {
    private let settings: Settings
    private let logger: Logger

    init(_ settings: Settings, logger: Logger = Logger(label: "mailmill.database")) {
        self.settings = settings
        self.logger = logger
    }

    func connection(_ role: DatabaseRole, parameters: [String: String] = [:]) throws -> ConnectionSettings {
        let database = settings.database
        guard let host = database.host else {
            var local = settings.server.connectionSettings(as: role)
            local.applicationName = "mailmill"
            local.parameters = parameters
            return local
        }
        guard let root = database.rootCertificate else {
            throw SettingsError(
                place: "database.host",
                problem: "a database at \(host) needs database.root_certificate, to check it by"
            )
        }
        let credential = try database.passwordFile.map { try SecretFile($0).credential(for: role) }
        return ConnectionSettings(
            host: host,
            port: database.port,
            database: "mailmill",
            user: credential?.user ?? role.name,
            password: credential?.password,
            tls: .verifyFull(rootCertificate: root, certificate: nil, key: nil),
            applicationName: "mailmill",
            parameters: parameters
        )
    }

    func pool(_ role: DatabaseRole, limit: Int = 8) throws -> ConnectionPool {
        ConnectionPool(try connection(role), limit: limit, logger: logger)
    }

    /// A small pool for the time of `body`. Throws `StoreError.databaseIsOlder` where a role that only uses the schema comes before
    /// it is made.
    func withPool<T: Sendable>(_ role: DatabaseRole, _ body: (ConnectionPool) async throws -> T) async throws -> T {
        let pool = try pool(role, limit: 4)
        do {
            if [.report, .console, .collector].contains(role) { try await SchemaVersion.check(pool) }
            let value = try await body(pool)
            await pool.close()
            return value
        } catch {
            await pool.close()
            if settings.database.host == nil, case PostgresClientError.cannotConnect = error {
                throw DatabaseAway(underlying: error)
            }
            throw error
        }
    }
}

/// The database that Mailmill looks after cannot be reached.
struct DatabaseAway: Error, CustomStringConvertible {
    let underlying: any Error

    var description: String {
        "\(underlying)\nIs it running? `mailmill database status` tells, `mailmill database start` starts it."
    }
}
