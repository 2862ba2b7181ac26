import Foundation
import PostgresClient
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct StatusTests {
    @Test func aRunningServerTellsAllThatAnOperatorAsksFor() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let stopped = await server.status()
            #expect(stopped.state == .stopped)
            #expect(stopped.exitCode == 3)
            let outcome = try await server.start()
            let held = try await Connection.connect(server.connectionSettings(as: .collector))
            let status = await server.status()
            #expect(status.state == .running)
            #expect(status.exitCode == 0)
            #expect(status.pid == outcome.pid)
            #expect(status.version == outcome.version)
            #expect(status.starter == .command)
            #expect((0...60).contains(status.uptime ?? -1))
            #expect(status.connections == ["mailmill_collector": 1])
            #expect(status.fileSystem == "ext4" || status.fileSystem?.isEmpty == false)
            #expect((status.disk?.free ?? .zero) > .zero)
            #expect(status.fileSystemOverrides == [])
            #expect(status.alarms == [], "\(status.alarms)")
            #expect(
                try await server.text("SELECT system_identifier FROM pg_control_system()")
                    == "\(try #require(status.systemIdentifier))"
            )
            #expect(await !held.isBroken)
        }
    }

    @Test func itIsToldAsJSONWithPlainPaths() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let data = try JSONEncoder().encode(await server.status())
            let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(object["state"] as? String == "stopped")
            #expect(object["cluster"] as? String == server.cluster.path.string)
        }
    }

    @Test func aServerThatDiedHasTheCodeOfACrash() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            kill(pid, SIGKILL)
            try await eventually("it is dead") { await server.status().state == .crashed }
            #expect(await server.status().exitCode == 1)
            #expect(try await !server.stop().stopped)
        }
    }

    @Test func commitsThatARoleMadeLessDurableAreAlarmed() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            try await server.run("ALTER ROLE mailmill_collector SET synchronous_commit = off")
            let alarms = await server.status().alarms
            #expect(
                alarms.contains { $0.contains("synchronous_commit=off is set for mailmill_collector in all databases") }
            )
        }
    }

    @Test func aServerThatIsFrozenIsUnreachableNotStopped() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let pid = try await server.start().pid
            kill(pid, SIGSTOP)
            let status = await server.status()
            kill(pid, SIGCONT)
            #expect(status.state == .unreachable)
            #expect(status.exitCode == 0)
        }
    }

    @Test func sizesAreToldWithAndWithoutAServer() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let cold = try await server.size()
            #expect(cold.databases == [:])
            #expect(cold.clusterBytes > .mebibytes(20))
            #expect(cold.writeAheadLog >= .mebibytes(1))
            _ = try await server.start()
            let warm = try await server.size()
            #expect(Set(warm.databases.keys) == ["mailmill", "postgres", "template1"])
            #expect(warm.databases.values.allSatisfy { $0 > .mebibytes(5) })
        }
        try await withScratch(cluster: false) { scratch in
            let server = try scratch.server()
            await #expect(throws: PostgresServerError.notInitialised(cluster: server.cluster.path)) {
                _ = try await server.size()
            }
        }
    }

    @Test func psqlOpensAsTheReportRoleAndToolsFindTheServer() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            let psql = try server.psql(environment: [
                "PGHOST": "elsewhere", "PGUSER": "x", "PGSERVICE": "y", "TERM": "xterm",
            ])
            #expect(psql.environment["PGUSER"] == "mailmill_report")
            #expect(psql.environment["PGHOST"] == server.layout.socketDirectory.string)
            #expect(psql.environment["PGSERVICE"] == nil)
            #expect(psql.environment["TERM"] == "xterm")
            let (status, output) = try await ServerProcess("psql", scratch).ended()
            #expect(status.succeeded)
            #expect(output == "mailmill_report\n")

            let dump = try server.command(tool: "pg_dump", arguments: ["--schema-only"], as: .backup, environment: [:])
            let run = try await BlockingWork.run {
                try ToolRun.run(dump.executable, dump.arguments, environment: dump.environment)
            }
            #expect(run.status.succeeded, "\(run.errors)")
            #expect(run.output.contains("PostgreSQL database dump complete"))
            let globals = try server.command(tool: "pg_dumpall", arguments: ["-g"], as: .superuser, environment: [:])
            let all = try await BlockingWork.run {
                try ToolRun.run(globals.executable, globals.arguments, environment: globals.environment)
            }
            #expect(all.output.contains("CREATE ROLE mailmill_collector"))
        }
    }

    @Test(arguments: ["pg_dum", "", "../bin/psql", "/bin/sh", "sh"])
    func aToolThatDoesNotExistIsRefusedWithThoseThatDo(tool: String) throws {
        let server = DatabaseServer(settings: ServerSettings(root: "/tmp/mmt-none/root"))
        #expect {
            try server.command(tool: tool, arguments: [], as: .report, environment: [:])
        } throws: {
            "\($0)".contains("no program '\(tool)'") && "\($0)".contains("pg_dump, pg_dumpall")
        }
    }

    @Test func theLogIsReadAsItGrowsAndRotates() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            var log = server.logs(lines: 0, follow: true, level: .warning)
            log.interval = .milliseconds(20)
            let reading = Task { [log] in
                var seen: [String] = []
                for try await entry in log where entry.message.hasPrefix("word") {
                    seen.append(entry.message)
                    if seen.count == 6 { break }
                }
                return seen
            }
            // The reader begins at the end of what there is.
            try await Task.sleep(for: .milliseconds(100))
            for number in 1...6 {
                try await server.run("DO $$ BEGIN RAISE LOG 'word hidden'; RAISE WARNING 'word \(number)'; END $$")
                // File names have a resolution of a second.
                if number == 3 {
                    let before = try LogFiles(folder: server.cluster.logs).json().count
                    try await eventually("the log rotates") {
                        _ = try await server.text("SELECT pg_rotate_logfile()")
                        return try LogFiles(folder: server.cluster.logs).json().count > before
                    }
                }
            }
            #expect(try await reading.value == (1...6).map { "word \($0)" })
            let files = try FileTree.names(in: server.cluster.logs) ?? []
            #expect(files.filter { LogFileName.stem(of: $0) != nil }.count >= 4)
            #expect(
                try LogRetention(maximumAge: 0, maximumTotal: .zero).apply(to: server.cluster.logs, now: .max).count
                    >= 2
            )
            #expect(try LogFiles(folder: server.cluster.logs).json().count == 1)
            // What the server writes now is still there to be read.
            try await server.run("DO $$ BEGIN RAISE WARNING 'word last'; END $$")
            try await eventually("the newest file is written on") {
                var last: String?
                for try await entry in server.logs(lines: 1, level: .warning) { last = entry.message }
                return last == "word last"
            }
        }
    }
}
