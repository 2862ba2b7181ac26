import Foundation
import Testing

/// The service script for run levels and the units of systemd, as they are shipped.
@Suite(.twoAtATime)
struct ServiceScriptTests {
    private static let package = FileManager.default.currentDirectoryPath

    @Test func theServiceScriptStartsStopsRestartsAndTells() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            let script = try Self.script(for: mailmill, in: folder)
            func run(_ verb: String) async throws -> Program.Ending {
                let program = try Program("/bin/sh", [script, verb], in: folder)
                return try await program.finish()
            }
            #expect(try await run("status") == .status(3))
            #expect(try await run("stop") == .status(0))
            #expect(try await run("start") == .status(0))
            let first = try #require(try mailmill.postmaster())
            #expect(try await run("start") == .status(0))
            #expect(try mailmill.postmaster() == first)
            #expect(try await run("status") == .status(0))
            #expect(try await run("reload") == .status(0))
            #expect(try mailmill.postmaster() == first)
            #expect(try await run("restart") == .status(0))
            let second = try #require(try mailmill.postmaster())
            #expect(second != first)
            #expect(try await run("try-restart") == .status(0))
            kill(try #require(try mailmill.postmaster()), SIGKILL)
            try await eventually("the end of all processes", every: .milliseconds(50)) {
                ProcessTable.entries(inside: mailmill.directory).isEmpty
            }
            #expect(try await run("status") == .status(1))
            #expect(try await run("start") == .status(0))
            #expect(try await run("stop") == .status(0))
            #expect(try mailmill.postmaster() == nil)
            #expect(try await run("try-restart") == .status(0))
            #expect(try mailmill.postmaster() == nil)
            #expect(try await run("nonsense") == .status(2))
        }
    }

    @Test func theServiceScriptIsForRunLevels3To5() throws {
        let text = try String(contentsOfFile: "\(Self.package)/packaging/mailmill-database.init", encoding: .utf8)
        #expect(text.contains("\n# Default-Start:     3 4 5\n"))
        #expect(text.contains("\n# Default-Stop:      0 1 2 6\n"))
    }

    @Test(arguments: ["mailmill.service", "mailmill-database.service"])
    func systemdFindsNothingWrongWithTheUnits(_ name: String) async throws {
        try await TestFolder.with { folder in
            var text = try String(contentsOfFile: "\(Self.package)/packaging/\(name)", encoding: .utf8)
            // The program need not be installed where the unit names it.
            text = text.replacingOccurrences(of: "@PREFIX@/bin/mailmill", with: "/bin/true")
            text = text.replacingOccurrences(of: "@PREFIX@", with: "/usr")
            let unit = try folder.file(name, text)
            let program = try Program("/usr/bin/systemd-analyze", ["verify", "--man=no", unit], in: folder)
            let ending = try await program.finish()
            let complaints = program.errors.split(separator: "\n").filter { $0.contains(name) }
            #expect(ending == .status(0), "\(program.errors)")
            #expect(complaints.filter { !$0.contains("mailmill-database.service: not found") }.isEmpty, "\(complaints)")
        }
    }

    /// The script as it is installed, with the program under test and its settings.
    private static func script(for mailmill: Installation, in folder: TestFolder) throws -> String {
        let text = try String(contentsOfFile: "\(package)/packaging/mailmill-database.init", encoding: .utf8)
        let defaults = try folder.file(
            "default",
            "mailmill=\(try MailmillBinary.path())\noptions='--config \(mailmill.settings)'\n"
        )
        return try folder.file(
            "mailmill-database",
            text.replacingOccurrences(of: "/etc/default/mailmill", with: defaults)
        )
    }
}
