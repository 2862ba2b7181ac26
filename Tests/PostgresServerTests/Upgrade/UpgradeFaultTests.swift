import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

/// An upgrade that fails or is killed at any step leaves a server that works, with everything in it.
struct UpgradeFaultTests {
    @Test(arguments: [("pg_upgrade", UpgradeMethod?.some(.copy)), ("pg_restore", .some(.dump)), ("initdb", nil)])
    func aRehearsalThatFailsLeavesAllAsItWas(_ tool: String, _ method: UpgradeMethod?) async throws {
        try await withScratch { scratch in
            let programs = try await Self.programs(in: scratch, breaking: tool)
            let server = try scratch.server(upgradableTo: 18, programs: programs)
            let pid = try await server.start().pid
            try await server.run(UpgradeTests.content)
            let before = try await UpgradeTests.summary(server)
            await #expect(throws: PostgresServerError.self) { try await server.upgrade(method: method) }
            let status = try await server.upgradeStatus()
            #expect(status.journal?.step == .failed)
            #expect(status.journal?.reason.contains(tool) == true)
            #expect(status.kept == .zero)
            // The server was not even restarted.
            #expect(await server.status().pid == pid)
            #expect(try await UpgradeTests.summary(server) == before)
        }
    }

    @Test func withoutPgUpgradeItIsDumpedAndRestored() async throws {
        try await withScratch { scratch in
            let programs = try await Self.programs(in: scratch, breaking: "pg_upgrade")
            let server = try scratch.server(upgradableTo: 18, programs: programs)
            _ = try await server.start()
            try await server.run(UpgradeTests.content)
            let before = try await UpgradeTests.summary(server)
            #expect(try await server.upgrade().journal?.method == .dump)
            #expect(try await UpgradeTests.summary(server) == before)
        }
    }

    @Test func aNewServerThatDoesNotStartIsUndone() async throws {
        try await withScratch { scratch in
            // It works until it is asked to listen where clients are.
            let programs = try await Self.programs(in: scratch, breaking: nil)
            let postgres = programs.appending("postgres")
            _ = try FileTree.unlink(postgres)
            let real = try ServerMajors.folder(18).appending("postgres")
            try makeScript(postgres, "case \"$*\" in *mailmill.starter*) exit 7;; esac\nexec \(real) \"$@\"")
            let server = try scratch.server(upgradableTo: 18, programs: programs)
            _ = try await server.start()
            try await server.run(UpgradeTests.content)
            let before = try await UpgradeTests.summary(server)
            await #expect(throws: PostgresServerError.self) { try await server.upgrade(method: .dump) }
            #expect(try await server.text("current_setting('server_version_num')::int / 10000") == "15")
            #expect(try await server.text("current_setting('default_transaction_read_only')") == "off")
            #expect(try await UpgradeTests.summary(server) == before)
        }
    }

    @Test(arguments: UpgradeMethod.allCases.dropFirst(), [UpgradeStep.rehearsing, .copying, .switching])
    func aKilledUpgradeIsSettledByTheNextStart(_ method: UpgradeMethod, _ step: UpgradeStep) async throws {
        try await withScratch { scratch in
            let server = try scratch.server(upgradableTo: 18)
            _ = try await server.start()
            try await server.run(UpgradeTests.content)
            let before = try await UpgradeTests.summary(server)
            let upgrade = Task { try await server.upgrade(method: method) }
            try await Self.kill(server, at: step)
            // Killed in time, or just over: both are ends.
            _ = await upgrade.result
            _ = try await server.start()
            let status = try await server.upgradeStatus()
            let end = try #require(status.journal?.step)
            #expect(end == .failed || end == .switched)
            #expect(!status.isAtWork)
            #expect(try await UpgradeTests.summary(server) == before)
            #expect(try await server.text("current_setting('default_transaction_read_only')") == "off")
            if end == .failed {
                #expect(try await server.upgrade(method: method).journal?.step == .switched)
                #expect(try await UpgradeTests.summary(server) == before)
            }
        }
    }

    @Test(arguments: [false, true])
    func aSwitchThatWasKilledIsToldByTheDirectories(_ exchanged: Bool) async throws {
        try await withScratch { scratch in
            let server = try scratch.server(upgradableTo: 18)
            _ = try await server.upgrade()
            let folder = UpgradeFolder(server.layout)
            var journal = try #require(try UpgradeJournal.read(folder))
            journal.step = .rollingBack
            if exchanged { try folder.exchange() }
            try journal.write(folder)
            // As the upgrade's own process writes it.
            let account = try Scratch.account()
            chown(folder.journal.string, account.userID, account.groupID)
            _ = try await server.start()
            #expect(try await server.upgradeStatus().journal?.step == (exchanged ? .rolledBack : .switched))
            let major = try await server.text("current_setting('server_version_num')::int / 10000")
            #expect(major == (exchanged ? "15" : "18"))
        }
    }

    /// Waits for the step, and kills the upgrade's process.
    private static func kill(_ server: DatabaseServer, at step: UpgradeStep) async throws {
        let folder = UpgradeFolder(server.layout)
        try await eventually(within: .seconds(60), "the step \(step)") {
            guard let found = try UpgradeJournal.read(folder)?.step else { return false }
            return found == step || !found.isUnderWay
        }
        guard case .taker(let facts) = try ClusterLock.holder(of: folder.path) else { return }
        Glibc.kill(facts.pid, SIGKILL)
    }

    /// The programs of 18, one of them replaced by one that fails.
    private static func programs(in scratch: Scratch, breaking tool: String?) async throws -> FilePath {
        let folder = scratch.folder.appending("programs")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
        let real = try ServerMajors.folder(18)
        for name in try #require(try FileTree.names(in: real)) where name != tool {
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(name).string,
                withDestinationPath: real.appending(name).string
            )
        }
        if let tool { try makeScript(folder.appending(tool), "echo \"ERROR:  \(tool) is broken\" >&2\nexit 1") }
        return folder
    }
}
