internal import PostgresClient
internal import SystemPackage

/// What `database size` tells.
package struct DatabaseSize: Sendable, Codable {
    package let cluster: String
    /// Everything below the cluster folder, on disk, links to other disks apart.
    package let clusterBytes: ByteCount
    package let writeAheadLog: ByteCount
    package let logs: ByteCount
    /// Bytes by database; empty when the server does not run.
    package let databases: [String: ByteCount]
    package let disk: DiskSpace
    package let ballast: ByteCount
}

extension DatabaseServer {
    package func size() async throws -> DatabaseSize {
        guard try cluster.major() != nil else {
            throw PostgresServerError.notInitialised(cluster: cluster.path)
        }
        var databases: [String: ByteCount] = [:]
        if case .live = try judgement() {
            let connection = try await Connection.connect(connectionSettings(as: .monitor))
            let rows = try await connection.query(
                "SELECT datname, pg_database_size(oid) AS bytes FROM pg_catalog.pg_database WHERE datallowconn"
            )
            for row in rows { databases[try row.get("datname")] = ByteCount(try row.get("bytes")) }
        }
        return try await BlockingWork.run { [databases] in
            DatabaseSize(
                cluster: cluster.path.string,
                clusterBytes: FileTree.diskUse(of: cluster.path),
                writeAheadLog: FileTree.diskUse(of: cluster.writeAheadLog),
                logs: FileTree.diskUse(of: cluster.logs),
                databases: databases,
                disk: try DiskSpace.measure(layout.root),
                ballast: Ballast(path: layout.ballast).held
            )
        }
    }
}
