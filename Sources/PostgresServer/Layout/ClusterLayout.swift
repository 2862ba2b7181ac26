package import SystemPackage

/// Where everything lies. One root folder, the cluster folder below it, with its configuration, PID file and logs
/// inside. (The seed has `/var/db` and `msyspg` below it.)
///
///     /var/lib/mailmill              root (0755, the account's)
///     ├── cluster                    PostgreSQL's data directory (0700), see `ClusterFolder`
///     ├── cluster.before-…           data directories that a restore or a move replaced
///     ├── backup                     backups and what they need (0700), see `BackupLayout`
///     ├── credentials                passwords for TCP (0700)
///     ├── run                        socket (0750), unless in /run/mailmill
///     ├── ballast                    space held back for recovery
///     └── file-system-overrides      which refused file systems were accepted, and when
package struct ClusterLayout: Sendable, Equatable {
    package static let defaultRoot: FilePath = "/var/lib/mailmill"
    static let defaultSocketDirectory: FilePath = "/run/mailmill"
    /// `sun_path` holds 108 bytes, the last one a NUL (unix(7)).
    static let socketPathLimit = 107

    package let root: FilePath
    package let socketDirectory: FilePath
    package let port: Int

    package init(_ settings: ServerSettings) {
        root = settings.root.lexicallyNormalized()
        port = settings.port
        socketDirectory =
            settings.socketDirectory
            ?? (root == Self.defaultRoot ? Self.defaultSocketDirectory : root.appending("run"))
    }

    package var cluster: ClusterFolder { ClusterFolder(path: root.appending("cluster")) }
    package var credentials: FilePath { root.appending("credentials") }
    package var socket: FilePath { socketDirectory.appending(".s.PGSQL.\(port)") }

    var ballast: FilePath { root.appending("ballast") }
    var fileSystemOverrides: FilePath { root.appending("file-system-overrides") }
    var socketLock: FilePath { socketDirectory.appending(".s.PGSQL.\(port).lock") }

    /// Throws `socketPathTooLong` for a socket that the kernel could not name.
    func checkSocketPath() throws {
        let length = socket.string.utf8.count
        guard length <= Self.socketPathLimit else {
            throw PostgresServerError.socketPathTooLong(path: socket, bytes: length, limit: Self.socketPathLimit)
        }
    }
}
