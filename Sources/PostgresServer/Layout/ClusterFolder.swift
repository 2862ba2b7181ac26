package import SystemPackage

/// PostgreSQL's data directory and what Mailmill keeps in it.
///
///     cluster
///     ├── postgresql.conf                     two includes, written by Mailmill
///     ├── pg_hba.conf, pg_ident.conf          written by Mailmill, the operator's lines in them
///     ├── postmaster.pid
///     ├── conf.d/10-managed.conf              written by Mailmill when settings change
///     ├── conf.d/90-local.conf                the operator's, wins
///     ├── conf.d/90-local-hba.conf            the operator's lines of pg_hba.conf
///     ├── conf.d/90-local-ident.conf          the operator's lines of pg_ident.conf
///     └── log/                                postgresql-….log, postgresql-….json, startup.log
package struct ClusterFolder: Sendable, Equatable {
    package let path: FilePath

    package var logs: FilePath { path.appending("log") }
    package var pidFile: FilePath { path.appending("postmaster.pid") }
    package var localConfiguration: FilePath { configurationFolder.appending("90-local.conf") }
    package var localAuthentication: FilePath { configurationFolder.appending("90-local-hba.conf") }
    package var localIdentities: FilePath { configurationFolder.appending("90-local-ident.conf") }

    var versionFile: FilePath { path.appending("PG_VERSION") }
    var configurationFolder: FilePath { path.appending("conf.d") }
    var mainConfiguration: FilePath { path.appending("postgresql.conf") }
    var automaticConfiguration: FilePath { path.appending("postgresql.auto.conf") }
    var managedConfiguration: FilePath { configurationFolder.appending("10-managed.conf") }
    var authentication: FilePath { path.appending("pg_hba.conf") }
    var identities: FilePath { path.appending("pg_ident.conf") }
    var startupLog: FilePath { logs.appending("startup.log") }
    var writeAheadLog: FilePath { path.appending("pg_wal") }
    var tablespaces: FilePath { path.appending("pg_tblspc") }
    /// Where a PID file goes that could not be read, once no server lives.
    var damagedPIDFile: FilePath { path.appending("postmaster.pid.damaged") }

    /// Major version of the cluster; nil when there is none here.
    /// - Throws: `notOurs` when the file says something else than a number.
    func major() throws -> Int? {
        guard let text = try SmallFile.read(versionFile, limit: 64) else { return nil }
        guard let major = text.split(whereSeparator: \.isWhitespace).first.flatMap({ Int($0) }) else {
            throw PostgresServerError.notOurs(cluster: path, reason: "PG_VERSION holds no version")
        }
        return major
    }

    /// Throws unless Mailmill made this cluster: a data directory of Debian's tools is not ours to start.
    func checkMadeByMailmill() throws {
        // Whatever keeps us from looking, the cluster is not one to be started.
        guard (try? Stat(managedConfiguration).type) == .regular else {
            throw PostgresServerError.notOurs(cluster: path, reason: "conf.d/10-managed.conf is missing")
        }
    }
}
