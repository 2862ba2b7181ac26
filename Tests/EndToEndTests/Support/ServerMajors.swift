import Foundation

/// Server programs of further majors, put there by Scripts/server-majors. Missing ones are a failure, never a skip.
enum ServerMajors {
    static func folder(_ major: Int) throws -> String {
        let folder = "\(FileManager.default.currentDirectoryPath)/.build/server-majors/\(major)"
        guard FileManager.default.isExecutableFile(atPath: "\(folder)/postgres") else {
            throw TestTrouble("no PostgreSQL \(major) in \(folder): run Scripts/server-majors")
        }
        return folder
    }
}
