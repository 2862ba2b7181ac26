internal import FoundationEssentials
internal import Glibc
internal import PostgresClient
internal import SystemPackage

/// Something that a restore or a move replaced, kept until an operator removes it.
package struct KeptData: Sendable, Codable, Equatable {
    /// What it is.
    package enum Kind: String, Sendable, Codable {
        /// A data directory.
        case cluster
        /// A database of the running server.
        case database
    }

    package let kind: Kind
    /// Of the folder below the root folder, or of the database.
    package let name: String
    package let size: ByteCount
}

extension DatabaseServer {
    /// What restores and moves have replaced. Databases are told only by a server that runs.
    package func kept() async throws -> [KeptData] {
        var found = try await BlockingWork.run {
            try (FileTree.names(in: layout.root) ?? []).filter { $0.hasPrefix(ClusterSwap.keptMark) }.map { name in
                KeptData(kind: .cluster, name: name, size: FileTree.diskUse(of: layout.root.appending(name)))
            }
        }
        guard case .live = try judgement() else { return found }
        let connection = try await Connection.connect(connectionSettings(as: .superuser, database: "postgres"))
        let rows = try await connection.query(
            """
            SELECT datname, pg_catalog.pg_database_size(oid) AS bytes FROM pg_catalog.pg_database
            WHERE starts_with(datname, $1) ORDER BY datname
            """,
            [DatabaseSwap.keptMark]
        )
        found += try rows.map { row in
            KeptData(kind: .database, name: try row.get("datname"), size: ByteCount(try row.get("bytes")))
        }
        return found
    }

    /// Removes something that was kept. There is no way back.
    package func remove(_ kept: KeptData) async throws {
        switch kept.kind {
        case .cluster:
            try await BlockingWork.run {
                let path = layout.root.appending(kept.name)
                guard kept.name.hasPrefix(ClusterSwap.keptMark), case .taken(let lock) = try ClusterLock.attempt(path)
                else {
                    throw PostgresServerError.locked(cluster: path, holders: [])
                }
                defer { lock.closeQuietly() }
                try FileTree.remove(path)
            }
        case .database:
            guard kept.name.hasPrefix(DatabaseSwap.keptMark) else { return }
            let connection = try await Connection.connect(connectionSettings(as: .superuser, database: "postgres"))
            try await connection.run("DROP DATABASE IF EXISTS \"\(kept.name)\" WITH (FORCE)")
        }
    }
}
