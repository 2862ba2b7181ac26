import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

/// Server programs of further majors, put there by Scripts/server-majors. Missing ones are a failure, never a skip.
enum ServerMajors {
    static func folder(_ major: Int) throws -> FilePath {
        let folder = FilePath(FileManager.default.currentDirectoryPath).appending(".build/server-majors/\(major)")
        try #require(
            FileManager.default.isExecutableFile(atPath: folder.appending("postgres").string),
            "no PostgreSQL \(major) in \(folder): run Scripts/server-majors"
        )
        return folder
    }
}

extension Scratch {
    /// A server of 15 that finds another major beside it.
    func server(upgradableTo major: Int, programs: FilePath? = nil) throws -> DatabaseServer {
        let folder = try programs ?? ServerMajors.folder(major)
        return try server { $0.binDirectory = folder }
    }
}
