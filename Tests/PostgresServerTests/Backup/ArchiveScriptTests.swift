import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

/// The shell script that PostgreSQL calls, run by a shell with engines of every temper.
struct ArchiveScriptTests {
    private func run(_ engine: String?, waiting: Int, limit: Int64 = 4, isSetUp: Bool = true) async throws -> (
        ToolRun, String?
    ) {
        let scratch = try Scratch()
        // What is left lies in the temporary folder.
        defer { try? FileManager.default.removeItem(atPath: scratch.folder.string) }
        let layout = BackupLayout(ClusterLayout(ServerSettings(root: scratch.folder.appending("it's root"))))
        let status = scratch.folder.appending("pg_wal/archive_status")
        for folder in [layout.folder, status] {
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        }
        for number in 0..<waiting { try status.appending("\(number).ready").write("") }
        if isSetUp { try layout.archivingMark.write("") }
        let program = scratch.folder.appending("pgbackrest")
        if let engine { try makeScript(program, engine) }
        let script = ArchiveScript(layout: layout, engine: program, limit: ArchiveScript.segment * limit)
        try layout.archiveScript.write(script.text)
        // As PostgreSQL does: %p and %% are replaced, the shell runs it in the data directory.
        let line = script.command.replacing("''", with: "'").replacing("%p", with: "pg_wal/00AB").replacing(
            "%%",
            with: "%"
        )
        let run = try await command(
            "/bin/sh",
            ["-c", "cd \"$1\" && eval \"$2\"", "sh", scratch.folder.string, line]
        )
        return (run, try? layout.droppedSegments.text())
    }

    @Test func nothingIsArchivedBeforeBackupsAreSetUp() async throws {
        let (run, dropped) = try await self.run("exit 1", waiting: 9, isSetUp: false)
        #expect(run.status.succeeded)
        #expect(dropped == nil)
    }

    @Test func aSegmentIsArchivedByTheEngine() async throws {
        let (run, _) = try await self.run("[ \"$6\" = archive-push ] && [ \"$7\" = pg_wal/00AB ]", waiting: 0)
        #expect(run.status.succeeded, "\(run.errors)")
    }

    @Test(arguments: ["echo 'no space left' >&2; exit 7", nil])
    func whatFailsIsTriedAgainAndSaid(_ engine: String?) async throws {
        let (run, dropped) = try await self.run(engine, waiting: 4)
        #expect(run.status == .exited(1))
        #expect(run.errors.contains("cannot archive pg_wal/00AB, 4 segments wait: "))
        #expect(run.errors.contains(engine == nil ? "install the package pgbackrest" : "no space left"))
        #expect(dropped == nil)
    }

    @Test(arguments: ["echo 'no space left' >&2; exit 7", nil])
    func pastTheLimitASegmentIsGivenUpAndWrittenDown(_ engine: String?) async throws {
        let (run, dropped) = try await self.run(engine, waiting: 5)
        #expect(run.status.succeeded)
        #expect(run.errors.contains("gave up pg_wal/00AB"))
        #expect(dropped?.contains(" 00AB ") == true)
    }
}
