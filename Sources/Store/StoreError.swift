/// What can go wrong in the store, beyond what `PostgresClient` tells.
package enum StoreError: Error, Sendable, CustomStringConvertible {
    /// A file that ships with the program is missing or unreadable.
    case missingResource(String)
    /// A migration that was applied is not the one that this program carries.
    case migrationChanged(version: Int, name: String)
    /// The database has migrations that this program does not know: it was made by a later release.
    case databaseIsNewer(version: Int, known: Int)
    /// The database has not been set up yet, or not up to what this program needs.
    case databaseIsOlder(applied: Int, needed: Int)
    /// A migration could not get its locks in time.
    case migrationBlocked(version: Int, name: String)
    /// Events cannot be folded, because commits that began before their minutes were closed do not end.
    case foldBlocked(transactions: [String])
    /// Lines that were to be counted from quarantine are gone from it: another replay runs.
    case replayedElsewhere
    /// No events are taken for now.
    case ingestRefused(String)
    /// A call that needs an open source came before `open`.
    case sourceNotOpen

    package var description: String {
        switch self {
        case .missingResource(let name):
            "\(name) is missing beside the program; install Mailmill again"
        case .migrationChanged(let version, let name):
            "migration \(version) (\(name)) was applied in another form than this program carries; "
                + "the program is damaged or was built from changed sources"
        case .databaseIsNewer(let version, let known):
            "the database is at migration \(version), this program knows up to \(known); "
                + "run the release that made it, or a later one"
        case .databaseIsOlder(0, _):
            "the database is not set up yet: a host with the role manager does that when it starts, or `mailmill migrate run`"
        case .databaseIsOlder(let applied, let needed):
            "the database is at migration \(applied), this program needs \(needed); run `mailmill migrate run`"
        case .migrationBlocked(let version, let name):
            "migration \(version) (\(name)) waited too long for a lock that another session holds; "
                + "nothing was changed, try again, or see `mailmill database psql` and pg_stat_activity"
        case .foldBlocked(let transactions):
            "events are not folded: \(transactions.count) commits of collectors have not ended for half a minute "
                + "(virtual transactions \(transactions.joined(separator: ", "))); reports stay right and get slower, "
                + "see pg_stat_activity and pg_locks"
        case .replayedElsewhere:
            "the quarantine is being replayed or emptied by someone else; nothing was counted twice, try again"
        case .ingestRefused(let reason):
            "the database takes no events for now: \(reason)"
        case .sourceNotOpen:
            "no source is open"
        }
    }
}
