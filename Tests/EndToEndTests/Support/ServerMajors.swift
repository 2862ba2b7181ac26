import Foundation

/// Server programs of further majors, put there by Scripts/server-majors. Missing ones are a failure, never a skip.
enum ServerMajors {
    static func folder(_ major: Int) throws -> String { "\(try all())/\(major)" }

    /// The folder with a folder a major in it.
    static func all() throws -> String {
        let folder = "\(FileManager.default.currentDirectoryPath)/.build/server-majors"
        for major in [16, 18] where !FileManager.default.isExecutableFile(atPath: "\(folder)/\(major)/postgres") {
            throw TestTrouble("no PostgreSQL \(major) in \(folder): run Scripts/server-majors")
        }
        return folder
    }
}
