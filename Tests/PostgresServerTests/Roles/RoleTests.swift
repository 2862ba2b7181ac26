import Foundation
import PostgresClient
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct RoleTests {
    @Test func everyRoleComesOverTheSocketAndIsWhatItIsMeantToBe() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            for role in DatabaseRole.allCases {
                #expect(try await server.text("SELECT current_user", as: role) == role.name)
            }
            let superusers =
                "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls"
            #expect(try await server.text(superusers) == "mailmill_superuser")
            #expect(
                try await server.text(
                    "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolreplication AND NOT rolsuper"
                ) == "mailmill_backup"
            )
            #expect(
                try await server.text("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'mailmill'")
                    == "mailmill_owner"
            )
            #expect(try await server.text("SELECT datcollate FROM pg_database WHERE datname = 'mailmill'") == "C.UTF-8")
            #expect(try await server.text("SELECT count(*) FROM pg_authid WHERE rolpassword IS NOT NULL") == "0")
        }
    }

    @Test func nobodyButTheOwnerMakesAnythingNotEvenTemporaryTables() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            for role in DatabaseRole.allCases where role != .superuser && role != .owner {
                for statement in [
                    "CREATE TEMP TABLE t (n int)", "CREATE SCHEMA s", "CREATE TABLE public.t (n int)",
                    "CREATE ROLE r", "CREATE DATABASE d", "ALTER SYSTEM SET work_mem = '1GB'",
                    "SET ROLE mailmill_owner",
                    "COPY pg_class TO '/tmp/x'", "COPY pg_class TO PROGRAM 'true'", "SELECT pg_reload_conf()",
                ] {
                    await #expect(throws: PostgresClientError.self, "\(role) ran \(statement)") {
                        try await server.run(
                            "SET default_transaction_read_only = off; SET TRANSACTION READ WRITE; \(statement)",
                            as: role
                        )
                    }
                }
            }
            try await server.run("CREATE SCHEMA s; CREATE TABLE s.t (n int); DROP SCHEMA s CASCADE", as: .owner)
        }
    }

    @Test func reportsAreReadOnlyAndBounded() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            #expect(
                try await server.text("SELECT current_setting('default_transaction_read_only')", as: .report) == "on"
            )
            #expect(try await server.text("SELECT current_setting('statement_timeout')", as: .report) == "1min")
            #expect(try await server.text("SELECT current_setting('temp_file_limit')", as: .report) == "2GB")
        }
    }

    @Test func reportsCannotTakeTheConnectionsOfCollectors() async throws {
        try await withScratch { scratch in
            let server = try scratch.server { $0.maxConnections = 90 }
            let outcome = try await server.start()
            #expect(outcome.warnings.contains { $0.contains("mailmill_collector") })
            var reports: [Connection] = []
            let limit = try #require(RolePlan(maxConnections: 90).limit(of: .report))
            for _ in 0..<limit { reports.append(try await Connection.connect(server.connectionSettings(as: .report))) }
            await #expect {
                _ = try await Connection.connect(server.connectionSettings(as: .report))
            } throws: {
                "\($0)".contains("too many connections for role")
            }
            #expect(try await server.text("SELECT 1", as: .collector) == "1")
            #expect(reports.count == limit)
        }
    }

    @Test func aRoleThatWasDroppedOrChangedComesBackAtTheNextStart() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            try await server.run("ALTER ROLE mailmill_report SUPERUSER CONNECTION LIMIT -1")
            try await server.run(
                "REVOKE CONNECT ON DATABASE mailmill FROM mailmill_monitor; DROP ROLE mailmill_monitor"
            )
            let outcome = try await server.restart()
            #expect(outcome.warnings == ["roles were brought back to their plan: mailmill_report, mailmill_monitor"])
            #expect(try await server.text("SELECT rolsuper FROM pg_roles WHERE rolname = 'mailmill_report'") == "false")
            #expect(await server.status().state == .running)
        }
    }

    @Test(.enabled(if: Scratch.isRoot)) func usersOfTheMachineComeInOnlyWhenNamed() async throws {
        try await withScratch { scratch in
            let server = try scratch.server {
                $0.socketGroup = "nogroup"
                $0.localUsers = ["nobody": [.collector]]
            }
            _ = try await server.start()
            let folder = try Stat(server.layout.socketDirectory)
            #expect(folder.permissions.rawValue & 0o777 == 0o750)
            #expect(folder.groupID.rawValue == ServiceAccount.groupID(named: "nogroup"))
            #expect(try await psql(server, user: "nobody", role: .collector).output == "mailmill_collector\n")
            #expect(try await psql(server, user: "nobody", role: .owner).errors.contains("Peer authentication failed"))
            #expect(
                try await psql(server, user: "nobody", role: .superuser).errors.contains("Peer authentication failed")
            )
            // Who is not of the group does not even reach the socket.
            #expect(try await psql(server, user: "daemon", role: .collector).errors.contains("Permission denied"))
        }
    }

    private func psql(_ server: DatabaseServer, user: String, role: DatabaseRole) async throws -> ToolRun {
        let connection = server.connectionSettings(as: role)
        return try await command(
            "/usr/bin/setpriv",
            [
                "--reuid=\(user)", "--regid=\(user == "nobody" ? "nogroup" : user)", "--clear-groups",
                try server.binaries().path(of: "psql").string, "-XAtw", "-h", connection.host, "-p",
                "\(connection.port)",
                "-U", role.name, "-d", "mailmill", "-c", "SELECT current_user",
            ]
        )
    }
}
