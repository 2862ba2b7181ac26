import Foundation
import PostgresServer

/// Where `quickstart` keeps the database and its settings file.
struct QuickstartPlace {
    /// Root folder of the database.
    let directory: String
    /// The settings file: where every command looks for it, or in a folder that was named.
    let file: String

    /// - Parameter directory: nil: the system's place for root, a person's own for anyone else (XDG Base Directory
    ///   Specification).
    init(directory named: String?, environment: [String: String]) {
        if let named {
            directory = named.hasPrefix("/") ? named : FileManager.default.currentDirectoryPath + "/" + named
            file = directory + "/mailmill.yaml"
        } else if geteuid() == 0 {
            directory = "/var/lib/mailmill"
            file = Settings.systemFile
        } else {
            let state = environment["XDG_STATE_HOME"] ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state"
            directory = state + "/mailmill"
            file = Settings.ownFile(environment)
        }
    }

    /// Makes the database's folder, as root for the account that the server will run as.
    func makeFolder() throws {
        guard !FileManager.default.fileExists(atPath: directory) else { return }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        guard geteuid() == 0 else { return }
        let account = try ServiceAccount.ensure(name: Settings.standardAccount).account
        try FileManager.default.setAttributes(
            [.ownerAccountID: Int(account.userID), .groupOwnerAccountID: Int(account.groupID)],
            ofItemAtPath: directory
        )
    }
}
