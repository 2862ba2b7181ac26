internal import PostgresClient
internal import SystemPackage

/// Real queries over the socket, as the superuser, whose connections nobody can use up.
struct ServerProbe: Sendable {
    let settings: ConnectionSettings

    init(_ server: DatabaseServer) {
        var settings = server.connectionSettings(as: .superuser, database: "postgres")
        settings.connectTimeout = 5
        self.settings = settings
    }

    /// Which cluster answers.
    func systemIdentifier() async throws -> UInt64 {
        let connection = try await Connection.connect(settings)
        let row = try await connection.query("SELECT system_identifier FROM pg_catalog.pg_control_system()").one()
        return UInt64(bitPattern: try row.get("system_identifier", as: Int64.self))
    }
}
