import Foundation

/// A database with its schema and a table to look at, made once a run and copied: making one takes far longer.
enum PreparedDatabase {
    static func copy(to directory: String, in folder: TestFolder) async throws {
        let run = try Program("/bin/cp", ["-a", try await made.value, directory], in: folder)
        guard try await run.finish() == .status(0) else { throw TestTrouble("\(run.name): \(run.errors)") }
    }

    private static let made = Task { () -> String in
        let folder = try TestFolder.untilTheEnd()
        let mailmill = try Installation(in: folder, collect: [])
        try await mailmill.output(["database", "init"])
        try await mailmill.output(["database", "start"])
        try await mailmill.output(["migrate", "run"])
        try await mailmill.execute(
            "CREATE TABLE ops.exhibit AS SELECT n, md5(n::text) AS text FROM generate_series(1, 20000) AS n"
        )
        try await mailmill.output(["database", "stop"])
        return mailmill.directory
    }
}
