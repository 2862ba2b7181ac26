import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct ConflictTests {
    @Test func aSocketInUseNamesItsOwnerAndIsNotTouched() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            let folder = server.layout.socketDirectory
            try FolderMaking.establish(folder, for: try Scratch.account(), permissions: 0o750)
            let listener = try listen(unix: server.layout.socket)
            defer { close(listener) }
            await #expect {
                _ = try await server.start()
            } throws: { error in
                guard case PostgresServerError.socketInUse(_, let owner) = error else { return false }
                return owner?.pid == getpid()
            }
            #expect(try FileTree.names(in: folder) == [".s.PGSQL.5432"])
            #expect(try PostmasterFile.read(server.cluster.pidFile) == .missing)
        }
    }

    @Test func aStaleSocketIsNoConflict() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            try FolderMaking.establish(server.layout.socketDirectory, for: try Scratch.account(), permissions: 0o750)
            close(try listen(unix: server.layout.socket))
            #expect(try await server.start().started)
        }
    }

    @Test func aPortInUseNamesItsOwner() async throws {
        try await withScratch { scratch in
            let (listener, port) = try listenTCP()
            defer { close(listener) }
            let server = try scratch.server {
                $0.listenAddresses = ["127.0.0.1"]
                $0.port = port
            }
            await #expect {
                _ = try await server.start()
            } throws: { error in
                "\(error)".contains("port \(port) of 127.0.0.1 is in use by")
                    && "\(error)".contains("(pid \(getpid()))")
            }
        }
    }

    @Test func anotherServerOnTheSameSocketFolderIsLeftAlone() async throws {
        try await withScratch { first in
            try await withScratchBesides { second in
                let mine = try first.server()
                let pid = try await mine.start().pid
                let other = try second.server { $0.socketDirectory = mine.layout.socketDirectory }
                await #expect {
                    _ = try await other.start()
                } throws: { error in
                    guard case PostgresServerError.socketInUse(_, let owner) = error else { return false }
                    return owner?.pid == pid
                }
                #expect(try await mine.text("SELECT 1") == "1")
                // Another port is another socket.
                let beside = try second.server {
                    $0.socketDirectory = mine.layout.socketDirectory
                    $0.port = 5433
                }
                #expect(try await beside.start().started)
                #expect(try await beside.stop().stopped)
                #expect(try await mine.text("SELECT 1") == "1")
            }
        }
    }

    @Test func withPasswordsTheOthersComeOverTCPAndTheSuperuserNever() async throws {
        try await withScratch { scratch in
            let (listener, port) = try listenTCP()
            close(listener)
            let server = try scratch.server {
                $0.listenAddresses = ["127.0.0.1"]
                $0.port = port
            }
            _ = try await server.start()
            let rotation = try await server.rotateCredential(of: .report)
            let file = rotation.file
            let facts = try Stat(file.path)
            #expect(facts.permissions.rawValue & 0o777 == 0o600)
            #expect(facts.userID.rawValue == (try Scratch.account().userID))
            let password = try #require(try file.password())
            let log = try await psql(server, port, user: rotation.login, password: password)
            #expect(log.output == "mailmill_report\n", "\(log.errors)")
            #expect(try await !psql(server, port, user: rotation.login, password: "wrong").status.succeeded)
            let superuser = try await psql(server, port, user: "mailmill_superuser", password: password)
            #expect(superuser.errors.contains("pg_hba.conf rejects connection"))
            #expect(
                try await server.text(
                    "SELECT rolpassword LIKE 'SCRAM-SHA-256$4096:%' FROM pg_authid WHERE rolname = 'mailmill_report_a'"
                ) == "true"
            )
            // No log holds the password or the verifier.
            for name in try FileTree.names(in: server.cluster.logs) ?? [] {
                let text = try server.cluster.logs.appending(name).text()
                #expect(!text.contains(password) && !text.contains("SCRAM-SHA-256$"), "\(name)")
            }
            chmod(file.path.string, 0o644)
            #expect(throws: PostgresServerError.self) { try file.password() }
        }
    }

    private func psql(_ server: DatabaseServer, _ port: Int, user: String, password: String) async throws
        -> ToolRun
    {
        let tool = try server.binaries().path(of: "psql")
        return try await BlockingWork.run {
            try ToolRun.run(
                tool,
                [
                    "-XAtw", "-h", "127.0.0.1", "-p", "\(port)", "-U", user, "-d", "mailmill", "-c",
                    "SELECT current_user",
                ],
                environment: CleanEnvironment.variables(adding: ["PGPASSWORD": password])
            )
        }
    }

    private func listen(unix path: FilePath) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.string.utf8) + [0]) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && Glibc.listen(descriptor, 1) == 0)
        return descriptor
    }

    /// A listener on loopback on a port that was free.
    private func listenTCP() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let ready = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, 1) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(ready)
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}
