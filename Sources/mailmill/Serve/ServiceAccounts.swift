import Foundation
import PostgresServer

/// The account that the server runs as when root starts it.
enum ServiceAccounts {
    /// Makes it if root asks and it is missing; anyone else runs the server as oneself.
    static func ensure(_ settings: Settings) throws {
        guard geteuid() == 0, settings.roles.contains(.database) else { return }
        let (account, created) = try ServiceAccount.ensure(name: settings.database.account)
        if created { Terminal.note("made the system account \(account.name)") }
    }
}
