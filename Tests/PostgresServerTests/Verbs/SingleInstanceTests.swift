import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

/// Other containers and other paths. Only root can make namespaces and bind mounts.
@Suite(.enabled(if: Scratch.isRoot, "namespaces need root: these tests were not run"), .timeLimit(.minutes(15)))
struct SingleInstanceTests {
    private static let container = ["/usr/bin/unshare", "--pid", "--ipc", "--mount", "--fork", "--mount-proc"]

    @Test func aServerInAnotherContainerIsNotJoinedByASecondOne() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            let (status, output) = try await ServerProcess("start", scratch, wrapper: Self.container).ended()
            #expect(!status.succeeded)
            #expect(output.contains("cannot be seen from here, in another container"), "\(output)")
            #expect(output.contains("only one server may run on a directory"))
            #expect(try await server.start().pid == pid)
            #expect(try await server.text("SELECT 1") == "1")
        }
    }

    @Test func aBindMountOfTheDirectoryIsTheSameDirectory() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            let mount = scratch.folder.appending("mount")
            try FileManager.default.createDirectory(atPath: mount.string, withIntermediateDirectories: false)
            _ = try await command("/bin/mount", ["--bind", scratch.root.string, mount.string])
            let settings = try scratch.settings {
                $0.root = mount
                $0.port = 5999
            }
            // Seen from here, it is the server that runs already.
            let other = DatabaseServer(settings: settings, launcher: try Scratch.launcher())
            #expect(try await other.start().pid == pid)
            // Seen from another container, there is none; the lock still holds.
            let process = try ServerProcess("start", scratch, settings: settings, wrapper: Self.container)
            let (status, output) = try await process.ended()
            #expect(!status.succeeded)
            #expect(output.contains("in another container"), "\(output)")
        }
    }

    @Test func twentyStartsInTenContainersAndOutsideGiveOneServer() async throws {
        try await withScratch { scratch in
            // A container ends with its first process, and its server with it: so that process stays.
            let lasting = Self.container + ["/bin/sh", "-c", "\"$@\"; echo over; sleep 60", "sh"]
            let inside = try (0..<10).map { _ in try ServerProcess("start", scratch, wrapper: lasting) }
            let outside = try (0..<10).map { _ in try ServerProcess("start", scratch) }
            var outputs: [String] = []
            for process in outside { outputs.append(try await process.ended().output) }
            try await eventually("every container has tried") {
                try inside.allSatisfy { try $0.output.text().contains("over") }
            }
            for process in inside {
                outputs.append(try process.output.text())
                try await process.killSession()
            }
            #expect(outputs.filter { $0.hasPrefix("started") }.count == 1)
            #expect(
                outputs.allSatisfy {
                    $0.hasPrefix("started") || $0.hasPrefix("running") || $0.contains("only one server")
                }
            )
        }
    }

    @Test func theLockLastsUntilTheLastProcessOfAServerHasEnded() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            let sleeper = Task { try await server.run("SELECT pg_sleep(60)", as: .report) }
            try await eventually("a session sleeps") {
                ServerChildren(of: pid, in: server.processes).children.contains { $0.title.contains("SELECT") }
            }
            let session = try #require(
                ServerChildren(of: pid, in: server.processes).children.first { $0.title.contains("SELECT") }
            )
            // Frozen, it does not notice that its postmaster has died.
            kill(session.pid, SIGSTOP)
            kill(pid, SIGKILL)
            try await eventually("the frozen session is left, and the logger that serves it") {
                guard case .inheritors(let facts) = try ClusterLock.holder(of: server.cluster.path) else {
                    return false
                }
                return facts.count == 2 && facts.contains { $0.pid == session.pid }
            }
            #expect(await server.status().alarms.contains { $0.contains("its processes still run") })
            await #expect {
                _ = try await server.start(StartOptions(leftoverLimit: .seconds(1)))
            } throws: { error in
                guard case PostgresServerError.leftoversRunning(_, let processes) = error else { return false }
                return processes.contains { $0.pid == session.pid }
            }
            kill(session.pid, SIGCONT)
            #expect(try await server.start().started)
            _ = try? await sleeper.value
        }
    }
}
