import Foundation
import MailEvents
import Synchronization

/// Tells the person, once everything is up, where the console is and how to sign in.
final class Announcement: Sendable {
    private struct Facts {
        var port: Int?
        var password: String?
        var hasAccounts = false
        var reachesDatabase = false
        var isTold = false
    }

    private let settings: Settings
    private let file: String
    private let facts = Mutex(Facts())

    /// - Parameter file: the settings file.
    init(settings: Settings, file: String) {
        self.settings = settings
        self.file = file
    }

    /// The console listens.
    func noteListening(port: Int) { note { $0.port = port } }

    /// The database is set up.
    ///
    /// - Parameter password: the one-time password of the account `admin`, if it was made just now.
    func noteAccounts(password: String?) {
        note {
            $0.hasAccounts = true
            $0.password = password
        }
    }

    /// The console can ask the database: a person can sign in.
    func noteReach() { note { $0.reachesDatabase = true } }

    private func note(_ change: (inout Facts) -> Void) {
        let text: String? = facts.withLock { facts in
            change(&facts)
            guard let port = facts.port, facts.hasAccounts, facts.reachesDatabase, !facts.isTold else { return nil }
            facts.isTold = true
            return message(port: port, password: facts.password)
        }
        if let text { Terminal.print(text) }
    }

    private func message(port: Int, password: String?) -> String {
        let scheme = settings.console.certificate == nil ? "http" : "https"
        let host = settings.console.host.contains(":") ? "[\(settings.console.host)]" : settings.console.host
        let signIn =
            password.map { "admin, one-time password \($0) (you will be asked to change it)" }
            ?? "as before; `mailmill account password admin --config \(file)` makes a new one-time password"
        return """

            Mailmill is running.

              Console    \(scheme)://\(host):\(port)/
              Sign in    \(signIn)
              Following  \(settings.sources.map(Self.words).joined(separator: "\n             "))
              Settings   \(file)

            Ctrl-C stops everything.

            """
    }

    private static func words(_ source: Settings.Source) -> String {
        switch source.input {
        case .file(let path), .pattern(let path): "\(path) (\(source.formatName)), node \(source.node)"
        case .syslog, .hook: "\(source.name) (\(source.formatName)), node \(source.node)"
        case .journald: "the journal (\(source.formatName)), node \(source.node)"
        case .samples: "SAMPLES, replayed as if live: no mail log of Postfix or Momentum was found on this machine"
        }
    }
}
