package import SystemPackage

/// What an operator may say about the database server. Every value has a default that is right for one host.
package struct ServerSettings: Sendable, Codable, Equatable {
    /// `directory` (path, default `/var/lib/mailmill`): the root folder; the cluster folder lies below it.
    package var root: FilePath
    /// `binaries` (path, default none): folder with PostgreSQL's programs, looked at after the distribution's.
    package var binDirectory: FilePath?
    /// `account` (text, default `mailmill`): the account that the server runs as when root starts it. Without root the
    /// server runs as whoever starts it.
    package var account: String
    /// `socket_directory` (path, default `/run/mailmill` for the default root folder, else `run` below the root).
    package var socketDirectory: FilePath?
    /// `socket_group` (text, default the account's own group): only this group may reach the socket.
    package var socketGroup: String?
    /// `listen` (addresses, default none): TCP is off unless named. What is not loopback needs TLS.
    package var listenAddresses: [String]
    /// `port` (1 to 65535, default 5432): of TCP and of the socket's name.
    package var port: Int
    /// `certificate` and `key` (paths, default none).
    package var tls: TransportSecurity?
    /// `collector_users`, `report_users` (users, default none): operating system users besides root and the account that
    /// may log in over the socket, each with the roles it may be.
    package var localUsers: [String: [DatabaseRole]]
    /// `allow_file_systems` (names such as `nfs`, default none): file systems accepted although they are refused.
    package var allowedFileSystems: [String]
    /// `cluster.host` (text, default none): this host's name in the cluster. The server carries it.
    package var host: String
    /// `cluster.database_host` (text, default none): the host whose server takes events. The server carries it.
    package var designatedHost: String
    /// `max_connections` (at least 80, default 150).
    package var maxConnections: Int
    /// `max_wal_size` (bytes, default a twentieth of the disk, 128 MiB to 2 GiB).
    package var maxWALSize: ByteCount?
    /// `shared_buffers` (bytes, default an eighth of the memory, 64 MiB to 4 GiB).
    package var sharedBuffers: ByteCount?
    /// `ballast` (bytes, default a hundredth of the disk, 64 MiB to 1 GiB; 0 for none): space held back for recovery.
    package var ballast: ByteCount?
    /// `log_keep_days` (days, default 30): older server logs are removed.
    package var logKeepDays: Int
    /// `log_keep_bytes` (bytes, default 2 GiB): the oldest server logs beyond this total are removed.
    package var logKeepBytes: ByteCount
    /// `backup.*`: nil for a server that archives nothing.
    package var backup: BackupSettings?
    /// For a restored cluster on its way: archives nothing, answers nobody before recovery has ended.
    var isRecovering = false

    package init(
        root: FilePath = "/var/lib/mailmill",
        binDirectory: FilePath? = nil,
        account: String = "mailmill",
        socketDirectory: FilePath? = nil,
        socketGroup: String? = nil,
        listenAddresses: [String] = [],
        port: Int = 5432,
        tls: TransportSecurity? = nil,
        localUsers: [String: [DatabaseRole]] = [:],
        allowedFileSystems: [String] = [],
        host: String = "",
        designatedHost: String = "",
        maxConnections: Int = 150,
        maxWALSize: ByteCount? = nil,
        sharedBuffers: ByteCount? = nil,
        ballast: ByteCount? = nil,
        logKeepDays: Int = 30,
        logKeepBytes: ByteCount = .gibibytes(2),
        backup: BackupSettings? = nil
    ) {
        self.root = root
        self.binDirectory = binDirectory
        self.account = account
        self.socketDirectory = socketDirectory
        self.socketGroup = socketGroup
        self.listenAddresses = listenAddresses
        self.port = port
        self.tls = tls
        self.localUsers = localUsers
        self.allowedFileSystems = allowedFileSystems
        self.host = host
        self.designatedHost = designatedHost
        self.maxConnections = maxConnections
        self.maxWALSize = maxWALSize
        self.sharedBuffers = sharedBuffers
        self.ballast = ballast
        self.logKeepDays = logKeepDays
        self.logKeepBytes = logKeepBytes
        self.backup = backup
    }
}

/// Files of TLS for TCP connections, readable by the server's account. `authority` checks client certificates.
package struct TransportSecurity: Sendable, Codable, Equatable {
    package var certificate: FilePath
    package var key: FilePath
    package var authority: FilePath?

    package init(certificate: FilePath, key: FilePath, authority: FilePath? = nil) {
        self.certificate = certificate
        self.key = key
        self.authority = authority
    }
}
