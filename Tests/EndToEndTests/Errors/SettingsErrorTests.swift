import LogGenerator
import Foundation
import Testing

/// Settings that cannot be used, and input that is none: an error with file, line and what was expected.
@Suite(.twoAtATime)
struct SettingsErrorTests {
    @Test(arguments: [
        ("roles: [database\n", ":2: is not YAML"),
        ("roles: [database]\ndatabase: {directry: /var/tmp/x}\n", ":2: there is no setting 'database.directry'"),
        ("console:\n  listen: here\n", ":2: console.listen: expected an address and a port"),
        ("roles: [databse]\n", ":1: roles: expected"),
        ("collect:\n  - {format: sendmail, path: /var/log/mail.log}\n", ":2: collect: format: expected one of"),
        ("collect:\n  - {format: postfix, path: mail.log}\n", ":2: collect: path: expected a path that begins with /"),
        ("collect:\n  - {format: postfix}\n", ":2: collect: expected"),
        ("database: {port: 123456}\n", ":1: database.port: expected"),
    ])
    func aDamagedSettingsFileIsNamedWithItsLine(_ text: String, _ message: String) async throws {
        try await TestFolder.with { folder in
            let file = try folder.file("bad.yaml", text)
            for command in [["serve"], ["database", "init"], ["report", "traffic"]] {
                let program = try Program(
                    try MailmillBinary.path(),
                    command + ["--config", file],
                    in: folder
                )
                #expect(try await program.finish() == .status(78))
                #expect(program.errors.contains(file + message), "\(program.errors)")
                #expect(program.errors.split(separator: "\n").count == 1)
                #expect(program.output.isEmpty)
            }
        }
    }

    @Test func settingsThatAreNotThereAreNamed() async throws {
        try await TestFolder.with { folder in
            let program = try Program(
                try MailmillBinary.path(),
                ["collect", "status", "--config", "\(folder.path)/none.yaml"],
                in: folder
            )
            #expect(try await program.finish() == .status(78))
            #expect(program.errors == "mailmill: \(folder.path)/none.yaml: cannot be read: there is no such file\n")
        }
    }

    @Test func theEnvironmentAndTheArgumentsWinOverTheFileAndAreNamedWhenWrong() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            let variable = try mailmill.begin(["collect", "status"], environment: ["MAILMILL_DATABASE_PORT": "many"])
            #expect(try await variable.finish() == .status(78))
            #expect(variable.errors.contains("environment variable MAILMILL_DATABASE_PORT: database.port: expected"))
            let argument = try mailmill.begin(["collect", "status", "--set", "database.prt=5"])
            #expect(try await argument.finish() == .status(78))
            #expect(argument.errors.contains("--set database.prt=5: expected KEY=VALUE"))
        }
    }

    @Test func whatIsNoLogIsRefusedOrLaidAsideLineByLine() async throws {
        try await TestFolder.with { folder in
            func parse(_ file: String, _ format: String = "postfix") async throws -> Program {
                let program = try Program(
                    try MailmillBinary.path(),
                    ["parse", file, "--format", format],
                    in: folder
                )
                try await program.finish()
                return program
            }
            let unknown = try await parse("/dev/null", "sendmail")
            #expect(unknown.ending == .status(64))
            #expect(unknown.errors.contains("sendmail"))
            #expect(unknown.errors.contains("momentum-mainlog"))

            let missing = try await parse("\(folder.path)/none.log")
            #expect(missing.ending == .status(66))
            #expect(missing.errors.contains("\(folder.path)/none.log: cannot be read: there is no such file"))
            let folderItself = try await parse(folder.path)
            #expect(folderItself.ending == .status(66))
            #expect(folderItself.errors.contains("it is a folder"))

            // Every byte there is, and lines without an end.
            var generator = SeededRandom(seed: 7)
            let bytes = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let garbage = "\(folder.path)/garbage.log"
            try Data(bytes).write(to: URL(fileURLWithPath: garbage))
            let read = try await parse(garbage)
            #expect(read.ending == .status(65) || read.ending == .status(0), "\(String(describing: read.ending))")
            #expect(read.output.isEmpty)
            let momentum = try await parse(garbage, "momentum-mainlog")
            #expect(momentum.ending == .status(65))
        }
    }

    @Test func aConsolePortInUseIsNamedAndNothingIsLeftRunning() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            let (descriptor, port) = try Port.listen(on: mailmill.consolePort)
            defer { close(descriptor) }
            let serve = try mailmill.serve()
            #expect(try await serve.finish() == .status(69), "\(serve.errors)")
            #expect(serve.errors.contains("127.0.0.1:\(port)"), "\(serve.errors)")
            #expect(serve.errors.contains("console.listen"), "\(serve.errors)")
            try await eventually("the end of the database") { try mailmill.postmaster() == nil }
        }
    }
}
