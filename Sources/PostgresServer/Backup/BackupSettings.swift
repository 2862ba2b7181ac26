package import SystemPackage

/// What an operator may say about backups. Holds paths of secrets, never secrets.
package struct BackupSettings: Sendable, Codable, Equatable {
    /// `backup.repository` (default `backup/repository` below the root folder).
    package var repository: BackupRepository
    /// `backup.engine` (path, default `/usr/bin/pgbackrest`): pgBackRest.
    package var engine: FilePath
    /// `backup.encryption_key` (path, default none): file, mode 0600, whose first line encrypts the repository.
    package var encryptionKey: FilePath?
    /// `backup.processes` (1 to 64, default 2): how many work side by side.
    package var processes: Int
    /// `backup.keep` (days, default 14): a restore is possible to any time this far back.
    package var keepDays: Int
    /// `backup.keep_at_least` (full backups, default 2), however old they are.
    package var keepAtLeast: Int
    /// `backup.wal_limit` (bytes, default four times `max_wal_size`): how much may wait for a failing archive before it is given up.
    package var walLimit: ByteCount?

    package init(
        repository: BackupRepository,
        engine: FilePath = "/usr/bin/pgbackrest",
        encryptionKey: FilePath? = nil,
        processes: Int = 2,
        keepDays: Int = 14,
        keepAtLeast: Int = 2,
        walLimit: ByteCount? = nil
    ) {
        self.repository = repository
        self.engine = engine
        self.encryptionKey = encryptionKey
        self.processes = processes
        self.keepDays = keepDays
        self.keepAtLeast = keepAtLeast
        self.walLimit = walLimit
    }
}

/// Where backups go.
package enum BackupRepository: Sendable, Codable, Equatable {
    case folder(FilePath)
    /// An S3-compatible store.
    case objects(ObjectStore)
    /// A folder reached by SFTP (pgBackRest 2.46 or later).
    case sftp(SFTPFolder)

    /// A bucket, and the file (mode 0600) that holds two lines: access key, secret key.
    package struct ObjectStore: Sendable, Codable, Equatable {
        package var bucket: String
        /// Begins with a slash.
        package var path: String
        package var endpoint: String
        package var region: String
        package var credentials: FilePath
        /// Certificates of the endpoint's authority; nil for the system's.
        package var authority: FilePath?

        package init(
            bucket: String,
            path: String,
            endpoint: String,
            region: String,
            credentials: FilePath,
            authority: FilePath?
        ) {
            self.bucket = bucket
            self.path = path
            self.endpoint = endpoint
            self.region = region
            self.credentials = credentials
            self.authority = authority
        }
    }

    /// A host, a user there, a folder there, and the private key (mode 0600) that opens it.
    package struct SFTPFolder: Sendable, Codable, Equatable {
        package var host: String
        package var user: String
        package var path: String
        package var privateKey: FilePath

        package init(host: String, user: String, path: String, privateKey: FilePath) {
            self.host = host
            self.user = user
            self.path = path
            self.privateKey = privateKey
        }
    }
}
