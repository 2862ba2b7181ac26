import Foundation
import Testing

/// A command, and what has to hold however often it was killed before it ended.
struct KilledCommand: Sendable, CustomTestStringConvertible {
    typealias Work = @Sendable (Stage) async throws -> Void

    var name: String
    /// `FOLDER` stands for the test's folder.
    var words: [String]
    var isOfTheSecond = false
    /// So many moments of its time instead of its system calls: for one whose work is another process's.
    var parts: Int?
    /// What it says when it is given again after all was done.
    var isDone: String?
    /// Once.
    var prepare: Work = { _ in }
    /// Before each time.
    var before: Work = { _ in }
    /// What holds right after it was killed.
    var between: Work = { _ in }
    /// What holds once it ended well.
    var after: Work

    var testDescription: String { name }

    /// A database at work, and a second host's folder.
    struct Stage: Sendable {
        let folder: TestFolder
        let first: Installation
        let second: Installation
        let port: Int

        /// - Parameter isUpgraded: with the programs of 18 at hand, whose build knows no TLS.
        init(in folder: TestFolder, isUpgraded: Bool) throws {
            self.folder = folder
            port = try Port.free()
            let more = isUpgraded ? "binaries: \(try ServerMajors.folder(18))" : "listen: [127.0.0.1]"
            let programs = ", port: \(port), \(more)"
            func host(_ name: String, _ database: String) throws -> Installation {
                try Installation(
                    in: folder,
                    collect: [],
                    database: database,
                    directory: "\(folder.path)/\(name)",
                    more: "cluster: {host: \(name)}"
                )
            }
            first = try host("db1", programs)
            second = try host("db2", "")
        }

        func start() async throws {
            try await PreparedDatabase.copy(to: first.directory, in: folder)
            try await first.output(["database", "certificate", "make", "--name", "127.0.0.1"])
            try await first.output(["database", "start"])
        }

        func shell(_ script: String) async throws {
            let run = try Program("/bin/sh", ["-ec", script], in: folder)
            guard try await run.finish() == .status(0) else { throw TestTrouble("\(script): \(run.errors)") }
        }

        /// Nothing of the database is lost, and it takes writes.
        func isWhole(_ mailmill: Installation? = nil) async throws {
            let mailmill = mailmill ?? first
            guard try await mailmill.exhibits().hasPrefix("20000 ") else { throw TestTrouble("rows are missing") }
            try await mailmill.execute("CREATE TABLE ops.mark (); DROP TABLE ops.mark")
        }

        /// Removes what restores and moves have kept.
        func forgetKept() async throws {
            try await first.output(["database", "kept", "--remove", "all", "--yes"])
        }

        func forgetSecond() async throws {
            if FileManager.default.fileExists(atPath: "\(second.directory)/cluster/PG_VERSION") {
                try await second.output(["database", "stop"])
            }
            try await shell("rm -rf \(second.directory)")
        }

        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder.path)/\(path)") }

        /// Connects by TCP with the password that the file holds.
        func passwordWorks() async throws {
            let file = "\(first.directory)/credentials/mailmill_collector.pgpass"
            let text = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
            let login = text.split(separator: ":").dropLast().last ?? ""
            let psql = try Program(
                "/usr/bin/psql",
                ["-XAtc", "SELECT 1", "host=127.0.0.1 port=\(port) dbname=mailmill user=\(login) sslmode=require"],
                in: folder,
                environment: ["PGPASSFILE": file]
            )
            guard try await psql.finish() == .status(0) else { throw TestTrouble("\(login): \(psql.errors)") }
        }
    }
}

extension KilledCommand {
    static let all = backups + moves + hosts + upgrades
}
