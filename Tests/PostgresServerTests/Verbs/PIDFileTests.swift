import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct PIDFileTests {
    @Test func filesThatPostgreSQLWouldChokeOnDoNotKeepTheServerDown() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            for content in ["", "\n", "garbage\n", "1\n", "\u{0}\u{0}\u{0}", "99999999\n/x\n1\n5432\n/tmp\n\n\n"] {
                try plant(content, server)
                #expect(await server.status().state == .crashed)
                #expect(await server.status().exitCode == 1)
                #expect(try await server.start().started)
                _ = try await server.stop(.immediate)
                _ = try? FileTree.unlink(server.cluster.pidFile)
            }
        }
    }

    @Test func aDamagedFileIsKeptUnderAnotherName() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try plant("garbage\n", server)
            let outcome = try await server.start()
            #expect(outcome.warnings.contains { $0.contains("kept as") })
            #expect(try server.cluster.damagedPIDFile.text() == "garbage\n")
        }
    }

    @Test func aNumberThatNowBelongsToAnotherProcessIsSeenThrough() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            // A process of the account itself, which PostgreSQL would take for a server.
            let account = try Scratch.account()
            let wrapper = Scratch.isRoot ? ["/usr/bin/setpriv", "--reuid=\(account.userID)", "--clear-groups"] : []
            let words = wrapper + ["/bin/sleep", "60"]
            let null = try FileDescriptor.open("/dev/null", .readWrite, options: .closeOnExec)
            defer { null.closeQuietly() }
            let child = try ChildProcess.spawn(
                FilePath(words[0]),
                arguments: Array(words.dropFirst()),
                environment: CleanEnvironment.variables(),
                input: null,
                output: null,
                errors: null,
                ownSession: true
            )
            try plant(
                "\(child.pid)\n\(server.cluster.path)\n\(WallClock.seconds())\n5432\n/tmp\n\n\nready   \n",
                server
            )
            #expect(await server.status().state == .crashed)
            #expect(try await !server.stop().stopped)
            #expect(server.processes.facts(of: child.pid) != nil)
            #expect(try await server.start().started)
            kill(child.pid, SIGKILL)
            _ = try await BlockingWork.run { child.wait() }
        }
    }

    @Test func aSocketLockThatPostgreSQLWouldChokeOnDoesNotKeepTheServerDown() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try FolderMaking.establish(server.layout.socketDirectory, for: try Scratch.account(), permissions: 0o750)
            for content in ["", "garbage\n", "\(getpid())\n/x\n1\n5432\n"] {
                try plant(content, at: server.layout.socketLock)
                #expect(try await server.start().started)
                _ = try await server.stop()
            }
        }
    }

    @Test func ourOwnNumberInTheFileIsSeenThrough() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try plant("\(getpid())\n\(server.cluster.path)\n1\n5432\n/tmp\n\n\nready   \n", server)
            #expect(try await server.start().started)
        }
    }

    @Test func aLiveServersFileThatWasTakenAwayIsAlarmedAndNoSecondServerStarts() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            let content = try server.cluster.pidFile.text()
            try FileTree.unlink(server.cluster.pidFile)
            let status = await server.status()
            #expect(status.pid == pid)
            #expect(status.alarms.contains { $0.contains("postmaster.pid was removed") })
            await #expect {
                _ = try await server.start()
            } throws: {
                "\($0)".contains("(pid \(pid)) runs on") && "\($0)".contains("postmaster.pid was removed")
            }
            try server.cluster.pidFile.write(content)
            #expect(try await server.stop().stopped)
        }
    }

    @Test func aLiveServersDamagedFileIsNotSetAside() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            let good = try server.cluster.pidFile.text()
            for content in ["", "garbage"] {
                try server.cluster.pidFile.write(content)
                await #expect(throws: PostgresServerError.self) { _ = try await server.start() }
                #expect(try server.cluster.pidFile.text() == content)
                #expect(server.processes.facts(of: pid) != nil)
            }
            try server.cluster.pidFile.write(good)
        }
    }

    @Test func aServerStartedByHandIsFoundAndStoppedAllTheSame() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            _ = try await server.stop()
            let account = try Scratch.account()
            let wrapper =
                Scratch.isRoot ? ["/usr/bin/setpriv", "--reuid=\(account.userID)", "--clear-groups"] : ["/usr/bin/env"]
            let safety = SafetySettings(settings: server.settings, cluster: server.cluster)
            let null = try FileDescriptor.open("/dev/null", .readWrite, options: .closeOnExec)
            defer { null.closeQuietly() }
            let child = try ChildProcess.spawn(
                FilePath(wrapper[0]),
                arguments: Array(wrapper.dropFirst())
                    + [try server.binaries().path(of: "postgres").string, "-D", server.cluster.path.string]
                    + safety.arguments,
                environment: CleanEnvironment.variables(),
                input: null,
                output: null,
                errors: null,
                ownSession: true
            )
            try await eventually("it is ready") { await server.status().state == .running }
            let outcome = try await server.start()
            #expect(!outcome.started)
            #expect(outcome.pid == child.pid)
            #expect(try await server.stop().stopped)
            _ = try await BlockingWork.run { child.wait() }
        }
    }

    private func plant(_ content: String, _ server: DatabaseServer) throws {
        try plant(content, at: server.cluster.pidFile)
    }

    private func plant(_ content: String, at path: FilePath) throws {
        try path.write(content)
        guard Scratch.isRoot else { return }
        let account = try Scratch.account()
        chown(path.string, account.userID, account.groupID)
        chmod(path.string, 0o600)
    }
}
