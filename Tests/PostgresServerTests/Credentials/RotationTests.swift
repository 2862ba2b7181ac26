import Foundation
import PostgresClient
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct RotationTests {
    @Test func bothPasswordsWorkUntilTheOlderIsRetired() async throws {
        try await withScratch { scratch in
            let server = try await Self.listening(scratch)
            let first = try await server.rotateCredential(of: .collector)
            #expect(first.previous == nil)
            let old = try await Self.connect(server, first)
            // Who works is the role, whichever login came in.
            let names = try await old.query("SELECT current_user::text AS now, session_user::text AS came").one()
            #expect(try names.get("now") == "mailmill_collector")
            #expect(try names.get("came") == "mailmill_collector_a")
            let oldSettings = try Self.settings(server, first)

            let second = try await server.rotateCredential(of: .collector)
            #expect(second.login == "mailmill_collector_b")
            #expect(second.previous == "mailmill_collector_a")
            let new = try await Self.connect(server, second)
            _ = try await old.query("SELECT 1")
            _ = try await Connection.connect(oldSettings)

            // Neither a third password nor the end of the first while somebody works with it.
            await #expect(throws: PostgresServerError.self) { try await server.rotateCredential(of: .collector) }
            await #expect(throws: PostgresServerError.self) { try await server.retireCredential(of: .collector) }
            _ = try await old.query("SELECT 1")
            try await server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mailmill_collector_a'"
            )
            try await eventually("the end of the old sessions") {
                try await server.credentials().first { $0.login == "mailmill_collector_a" }?.sessions == 0
            }
            #expect(try await server.retireCredential(of: .collector) == "mailmill_collector_a")
            await #expect(throws: PostgresClientError.self) { try await Connection.connect(oldSettings) }
            _ = try await new.query("SELECT 1")
            #expect(try await server.retireCredential(of: .collector) == nil)
            #expect(try await server.rotateCredential(of: .collector).login == "mailmill_collector_a")
        }
    }

    @Test func everyRoleKeepsItsLimitsByEitherLogin() async throws {
        try await withScratch { scratch in
            let server = try await Self.listening(scratch)
            for role in DatabaseRole.allCases where role != .superuser {
                let connection = try await Self.connect(server, server.rotateCredential(of: role))
                #expect(try await connection.query("SELECT current_user::text AS name").one().get("name") == role.name)
                let limit: String = try await connection.query(
                    "SELECT current_setting('statement_timeout') AS limit"
                ).one().get("limit")
                #expect(limit == (role == .report || role == .console ? "1min" : role == .monitor ? "30s" : "0"))
            }
            await #expect(throws: PostgresServerError.self) { try await server.rotateCredential(of: .superuser) }
        }
    }

    @Test func noSecretIsInAnyLogOrProcess() async throws {
        try await withScratch { scratch in
            let server = try await Self.listening(scratch)
            // An operator who logs everything.
            try await server.run("ALTER SYSTEM SET log_statement = 'all'")
            try await server.run("ALTER SYSTEM SET log_min_duration_statement = 0")
            _ = try await server.reload()
            let done = try await server.rotateCredential(of: .console)
            let password = try #require(try done.file.password())
            try await server.run("SELECT 'the end of it'")
            let folder = server.cluster.logs
            try await eventually("the log's last line") {
                try (FileTree.names(in: folder) ?? []).contains {
                    try folder.appending($0).text(default: "").contains("the end of it")
                }
            }
            for name in try FileTree.names(in: folder) ?? [] {
                let text = try folder.appending(name).text()
                #expect(!text.contains(password))
                #expect(!text.contains("SCRAM-SHA-256$"), "\(name)")
            }
            for pid in ProcessTable().pids {
                // A process that has just ended has no command line.
                #expect(ProcessTable().commandLine(of: pid)?.contains(password) != true)
            }
        }
    }

    @Test func aCertificateIsMadeAndRenewedUnderRunningSessions() async throws {
        try await withScratch { scratch in
            var server = try scratch.server()
            let files = try await server.makeCertificate(names: ["localhost", "127.0.0.1"])
            #expect(try !files.ends(within: 396))
            #expect(try files.ends(within: 398))
            let port = try FreePort.find()
            server = try scratch.server {
                $0.listenAddresses = ["127.0.0.1"]
                $0.port = port
                $0.tls = TransportSecurity(certificate: files.certificate, key: files.key)
            }
            _ = try await server.start()
            let rotation = try await server.rotateCredential(of: .report)
            var settings = try Self.settings(server, rotation)
            settings.host = "localhost"
            settings.tls = .verifyFull(rootCertificate: files.authority.string, certificate: nil, key: nil)
            let connection = try await Connection.connect(settings)
            let before = try files.certificate.text()
            _ = try await server.makeCertificate(names: nil, days: 20)
            #expect(try files.certificate.text() != before)
            #expect(try files.names() == ["localhost", "127.0.0.1"])
            _ = try await connection.query("SELECT 1")
            _ = try await Connection.connect(settings)
            // Twenty days are less than a month: it is due.
            #expect(try await server.renewCertificateIfDue())
            #expect(try await !server.renewCertificateIfDue())
        }
    }

    private static func listening(_ scratch: Scratch) async throws -> DatabaseServer {
        let port = try FreePort.find()
        let server = try scratch.server {
            $0.listenAddresses = ["127.0.0.1"]
            $0.port = port
        }
        _ = try await server.start()
        return server
    }

    private static func connect(_ server: DatabaseServer, _ rotation: CredentialRotation) async throws -> Connection {
        try await Connection.connect(settings(server, rotation))
    }

    private static func settings(_ server: DatabaseServer, _ rotation: CredentialRotation) throws -> ConnectionSettings
    {
        ConnectionSettings(
            host: "127.0.0.1",
            port: server.settings.port,
            database: "mailmill",
            user: rotation.login,
            password: try rotation.file.password()
        )
    }
}

/// A port that nobody listens on.
enum FreePort {
    static func find() throws -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 ? getsockname(socket, $0, &length) : -1
            }
        }
        try #require(result == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
