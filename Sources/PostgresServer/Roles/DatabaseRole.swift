/// A role of our PostgreSQL. Each has what its work needs and no more; the grants on schemas are the Store's.
package enum DatabaseRole: String, Sendable, Codable, CaseIterable {
    /// Bootstrap superuser. Over the socket alone, and only for root and the account.
    case superuser = "mailmill_superuser"
    /// Owns the database and its schemas; runs migrations.
    case owner = "mailmill_owner"
    /// Writes events.
    case collector = "mailmill_collector"
    /// The web console: accounts and sessions, and reports.
    case console = "mailmill_console"
    /// Reads the public report views, read-only, with a time limit.
    case report = "mailmill_report"
    /// Base backups and dumps.
    case backup = "mailmill_backup"
    /// Reads statistics of the server.
    case monitor = "mailmill_monitor"

    /// Name in the database, such as `mailmill_report`.
    package var name: String { rawValue }
}
