import Foundation
import PostgresServer
import SystemPackage

/// Folders that a command writes or reads as the service account, wherever an operator wants them.
enum ServiceFolder {
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Makes it, or takes one that is empty and root's.
    static func make(_ path: String, for account: String, permissions: UInt32 = 0o700) throws {
        try DatabaseServer.establishFolder(
            FilePath(path),
            for: try ServiceAccount.resolve(account),
            permissions: permissions
        )
    }

    /// Lets the account read a dump that was carried here by root: its own files, and nothing else.
    static func giveDump(_ path: String, to account: String) throws {
        let files = FileManager.default
        guard geteuid() == 0, files.fileExists(atPath: path + "/manifest.json") else { return }
        let owner = try ServiceAccount.resolve(account)
        let data = try files.contentsOfDirectory(atPath: path + "/data").map { "/data/" + $0 }
        for name in ["", "/manifest.json", "/roles.json", "/data"] + data {
            lchown(path + name, owner.userID, owner.groupID)
        }
    }
}
