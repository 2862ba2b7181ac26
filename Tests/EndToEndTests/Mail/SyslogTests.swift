import Foundation
import LogGenerator
import Testing

/// Postfix's lines by syslog and by standard input, into the real program.
@Suite(.twoAtATime)
struct SyslogTests {
    @Test func linesByLoggerAreCountedThoughTheDatabaseIsKilled() async throws {
        let (random, _) = SeededRandom.announced(for: "syslog")
        try await TestFolder.with { folder in
            let port = try Port.free()
            let socket = "\(folder.path)/log"
            let mailmill = try Installation(
                in: folder,
                collect: [
                    "{format: postfix, syslog: \"tcp:127.0.0.1:\(port), unix:\(socket)\", node: mx1, queue: false}"
                ]
            )
            let serve = try mailmill.serve()
            try await mailmill.waitUntilAnswering()
            try await eventually("the sockets") {
                Port.isListening(port) && FileManager.default.fileExists(atPath: socket)
            }
            var lines = InventedPostfix(random)
            var copy = ""
            for part in 0..<Rounds.times(6) {
                let text = (0..<200).map { _ in lines.line() + "\n" }.joined()
                copy += text
                let file = try folder.file("part", text)
                // Whole lines as they are, with line feeds between.
                let cat = try Program("/bin/bash", ["-c", "cat \(file) > /dev/tcp/127.0.0.1/\(port)"], in: folder)
                #expect(try await cat.finish() == .status(0))
                if part == 2, let postmaster = try mailmill.postmaster() { kill(postmaster, SIGKILL) }
            }
            let delivered =
                "4ABCDEF: to=<last@pier.example>, relay=x[192.0.2.1]:25, delay=1, dsn=2.0.0, status=sent (250 OK)"
            let logger = try Program(
                "/usr/bin/logger",
                ["--socket", socket, "--tag", "postfix/smtp", "--id=7", "--priority", "mail.info", delivered],
                in: folder
            )
            #expect(try await logger.finish() == .status(0))
            copy += "2026-03-05T04:07:09Z mx1 postfix/smtp[7]: \(delivered)\n"
            try await prove(mailmill, copy, folder)
            #expect(serve.ending == nil)
        }
    }

    @Test func standardInputIsCountedToItsEnd() async throws {
        let (random, _) = SeededRandom.announced(for: "stdin")
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.serveDatabase()
            var lines = InventedPostfix(random)
            var copy = ""
            for part in 0..<3 {
                let text = (0..<500).map { _ in lines.line() + "\n" }.joined()
                copy += text
                let file = try folder.file("part-\(part)", text)
                let command = try mailmill.begin(
                    ["collect", "stdin", "--format", "postfix", "--node", "mx1"],
                    input: file
                )
                #expect(try await command.finish() == .status(0), "\(command.errors)")
            }
            try await prove(mailmill, copy, folder)
        }
    }

    private func prove(_ mailmill: Installation, _ copy: String, _ folder: TestFolder) async throws {
        let counted = try await IndependentCounter.count([try folder.file("copy.log", copy)], in: folder)
        try await eventually("all lines in the report", every: .milliseconds(300)) {
            let told = try await mailmill.report("--by", "domain")
            var tally = told.tally
            tally.deliveriesByDomain = told.deliveriesByDomain
            tally.unreadable = try await mailmill.sources().first?.quarantined ?? 0
            guard tally == counted else { throw TestTrouble("\(tally); counted: \(counted)") }
            return true
        }
        #expect(counted.events > 100)
    }
}
