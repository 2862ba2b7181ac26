import PostgresServer
import SystemPackage

extension Settings {
    /// Our PostgreSQL, as the settings describe it.
    var server: DatabaseServer { DatabaseServer(settings: serverSettings) }

    private var serverSettings: ServerSettings {
        var users: [String: [DatabaseRole]] = [:]
        for user in database.collectorUsers { users[user, default: []].append(.collector) }
        for user in database.reportUsers { users[user, default: []].append(.report) }
        var tls: TransportSecurity?
        if let certificate = database.certificate, let key = database.key {
            tls = TransportSecurity(certificate: FilePath(certificate), key: FilePath(key))
        } else if !database.listen.isEmpty {
            // The one that `database certificate make` made.
            let files = CertificateFiles(ClusterLayout(ServerSettings(root: FilePath(database.directory))))
            if files.exist { tls = TransportSecurity(certificate: files.certificate, key: files.key) }
        }
        return ServerSettings(
            root: FilePath(database.directory),
            binDirectory: database.binaries.map { FilePath($0) },
            account: database.account,
            socketDirectory: database.socketDirectory.map { FilePath($0) },
            socketGroup: database.socketGroup,
            listenAddresses: database.listen,
            port: database.port,
            tls: tls,
            localUsers: users,
            allowedFileSystems: database.allowedFileSystems,
            host: clusterHost,
            designatedHost: designatedHost,
            maxConnections: database.maxConnections,
            maxWALSize: database.maxWALSize.map { ByteCount($0) },
            sharedBuffers: database.sharedBuffers.map { ByteCount($0) },
            ballast: database.ballast.map { ByteCount($0) },
            logKeepDays: database.logKeepDays,
            logKeepBytes: ByteCount(database.logKeepBytes),
            backup: BackupSettings(
                repository: backup.repository,
                engine: FilePath(backup.engine),
                encryptionKey: backup.encryptionKey.map { FilePath($0) },
                processes: backup.processes,
                keepDays: backup.keepDays,
                keepAtLeast: backup.keepAtLeast,
                walLimit: backup.walLimit.map { ByteCount($0) }
            )
        )
    }
}
