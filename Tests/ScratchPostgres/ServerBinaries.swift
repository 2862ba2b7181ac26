internal import Foundation

/// Where the PostgreSQL programs of this machine are.
package struct ServerBinaries: Sendable {
    /// Folder that holds `postgres`, `initdb` and the others.
    package let folder: String
    package let major: Int

    /// The newest major below `root`. Throws if there is none: a test that needs a server fails, it is never skipped.
    package static func newest(below root: String = "/usr/lib/postgresql") throws -> ServerBinaries {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []  // no folder: none installed
        let majors = names.compactMap { Int($0) }.sorted()
        for major in majors.reversed() {
            let folder = "\(root)/\(major)/bin"
            if FileManager.default.isExecutableFile(atPath: "\(folder)/postgres") {
                return ServerBinaries(folder: folder, major: major)
            }
        }
        throw ScratchError.noServer(root: root)
    }
}

/// What can go wrong with a scratch cluster.
package enum ScratchError: Error, CustomStringConvertible {
    case noServer(root: String)
    case cannotSpawn(String, errno: Int32)
    case notReady(log: String)
    case neverTrue(String)

    package var description: String {
        switch self {
        case .noServer(let root): "no PostgreSQL server below \(root): install the Debian package postgresql-15"
        case .cannotSpawn(let program, let errno): "cannot start \(program): \(String(cString: strerror(errno)))"
        case .notReady(let log): "the scratch server did not become ready; its log ends with:\n\(log)"
        case .neverTrue(let what): "waited in vain for: \(what)"
        }
    }
}
