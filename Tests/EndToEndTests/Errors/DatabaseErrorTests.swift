import Foundation
import Testing

/// What goes wrong around the database, each with its clear error: what failed, where, and what to do.
@Suite(.twoAtATime)
struct DatabaseErrorTests {
    @Test func aSecondStartSaysThatTheServerRunsAndASecondServeIsRefusedNothing() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.output(["database", "init"])
            let first = try await mailmill.output(["database", "start"])
            let server = try #require(try mailmill.postmaster())
            #expect(first.hasPrefix("started in "))
            let second = try await mailmill.output(["database", "start"])
            #expect(second.hasPrefix("was running already: "))
            #expect(second.contains("pid \(server)"))
            let again = try await mailmill.output(["database", "init"])
            #expect(again.contains("is there already"))
            #expect(try mailmill.postmaster() == server)

            // Another server on the same folder, by PostgreSQL's own program: the folder's lock is the server's.
            let status = try await mailmill.run("database", "status")
            #expect(status.ending == .status(0))
            #expect(try await mailmill.output(["database", "stop"]).hasPrefix("stopped in "))
            #expect(try await mailmill.output(["database", "stop"]) == "was not running\n")
            #expect(try await mailmill.run("database", "status").ending == .status(3))
        }
    }

    @Test func aFileSystemThatForgetsIsRefusedBeforeAByteIsWritten() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            let memory = "/dev/shm/mailmill-e2e-\(UUID().uuidString)"
            // It is not there where all is well.
            defer { try? FileManager.default.removeItem(atPath: memory) }
            let settings = ["--set", "database.directory=\(memory)", "--set", "database.allow_file_systems="]
            for command in [["database", "init"], ["serve"]] {
                let refused = try mailmill.begin(command + settings)
                #expect(try await refused.finish() == .status(78))
                #expect(refused.errors.contains("\(memory) is on tmpfs (mounted at /dev/shm), which is refused"))
                #expect(refused.errors.contains("database.allow_file_systems: [tmpfs]"))
                #expect(!FileManager.default.fileExists(atPath: memory))
            }
        }
    }

    @Test func aFileSystemAcceptedAgainstTheAdviceIsShownForEver() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            let memory = "/dev/shm/mailmill-e2e-\(UUID().uuidString.prefix(8))"
            let settings = ["--set", "database.directory=\(memory)", "--set", "database.max_wal_size=64MiB"]
            try FileManager.default.createDirectory(atPath: memory, withIntermediateDirectories: false)
            // What cannot be removed shows as a file left behind in memory.
            defer { try? FileManager.default.removeItem(atPath: memory) }
            let made = try mailmill.begin(
                ["database", "init"] + settings + ["--set", "database.allow_file_systems=tmpfs"]
            )
            try await made.finish()
            #expect(made.ending == .status(0), "\(made.errors)")
            let status = try mailmill.begin(["database", "status"] + settings)
            #expect(try await status.finish() == .status(3))
            #expect(status.output.contains("accepted although refused"))
            #expect(status.output.contains("tmpfs at \(memory)"))
        }
    }

    @Test func aSocketThatAnotherServerUsesIsNamedWithItsOwner() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.output(["database", "init"])
            try await mailmill.output(["database", "start"])
            let server = try #require(try mailmill.postmaster())
            let other = ["--set", "database.directory=\(folder.path)/other"]
            let made = try mailmill.begin(["database", "init"] + other)
            #expect(try await made.finish() == .status(0))
            let clash = try mailmill.begin(
                ["database", "start"] + other + ["--set", "database.socket_directory=\(mailmill.directory)/run"]
            )
            #expect(try await clash.finish() == .status(69))
            #expect(clash.errors.contains("\(mailmill.directory)/run/.s.PGSQL.5432"))
            #expect(clash.errors.contains("is in use by"))
            #expect(clash.errors.contains("\(server)"))
            #expect(clash.errors.contains("choose another database.port or database.socket_directory"))
            #expect(try mailmill.postmaster() == server)
        }
    }

    @Test func aPortThatAnotherProgramUsesIsNamedWithItsOwner() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            let certificate = try await TestCertificate.make(in: folder)
            let (descriptor, port) = try Port.listen(on: 0)
            defer { close(descriptor) }
            try await mailmill.output(["database", "init"])
            let clash = try mailmill.begin([
                "database", "start", "--set", "database.listen=127.0.0.1", "--set", "database.port=\(port)",
                "--set", "database.certificate=\(certificate.chain)", "--set", "database.key=\(certificate.key)",
            ])
            #expect(try await clash.finish() == .status(69))
            #expect(clash.errors.contains("port \(port) of 127.0.0.1 is in use by"))
            #expect(clash.errors.contains("\(getpid())"), "the owner is this very process: \(clash.errors)")
            #expect(try mailmill.postmaster() == nil)
        }
    }

    @Test(arguments: [
        ("fsync = off\n", ["90-local.conf:1", "fsync"]),
        ("# mine\nwork_mem = 16MB\nwork_mme = 16MB\n", ["90-local.conf", "work_mme"]),
        ("shared_buffers = 'a lot'\n", ["90-local.conf", "shared_buffers"]),
    ])
    func aDamagedServerConfigurationIsNamedByFileAndLineAndNothingStarts(_ text: String, _ words: [String]) async throws
    {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.output(["database", "init"])
            let file = "\(mailmill.directory)/cluster/conf.d/90-local.conf"
            try fill(file, with: text)
            let start = try await mailmill.run("database", "start")
            #expect(start.ending == .status(78), "\(start.errors)")
            for word in words { #expect(start.errors.contains(word), "\(start.errors)") }
            #expect(try mailmill.postmaster() == nil)
            // Nothing is changed for ever: mended, it starts.
            try fill(file, with: "")
            #expect(try await mailmill.output(["database", "start"]).hasPrefix("started in "))
        }
    }

    /// Keeps the file itself, which belongs to the server's account.
    private func fill(_ path: String, with text: String) throws {
        guard let handle = FileHandle(forWritingAtPath: path) else { throw TestTrouble("\(path) cannot be written") }
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }
}
