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

    @Test func whatRsyslogSendsIsCountedOnceThoughTheCollectorIsKilled() async throws {
        try await TestFolder.with { folder in
            let port = try Port.free()
            let mailmill = try Installation(
                in: folder,
                collect: ["{format: postfix, syslog: \"tcp:127.0.0.1:\(port)\", node: mx1, queue: false}"]
            )
            try await mailmill.serveDatabase()
            let collector = try mailmill.serve(["collector"])
            try await eventually("the socket") { Port.isListening(port) }
            let socket = "\(folder.path)/rsyslog.sock"
            // As in docs/operations/collect.md.
            let configuration = try folder.file(
                "rsyslog.conf",
                """
                global(workDirectory="\(folder.path)" parser.permitSlashInProgramName="on")
                module(load="imuxsock" SysSock.Use="off")
                input(type="imuxsock" Socket="\(socket)" RateLimit.Interval="0")
                mail.* action(type="omfwd" target="127.0.0.1" port="\(port)" protocol="tcp"
                    TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"
                    action.resumeRetryCount="-1" action.resumeInterval="1" queue.type="LinkedList"
                    queue.filename="mailmill")

                """
            )
            let rsyslog = try Program(
                "/usr/sbin/rsyslogd",
                ["-n", "-f", configuration, "-i", "\(folder.path)/rsyslog.pid"],
                in: folder
            )
            try await eventually("rsyslog") { FileManager.default.fileExists(atPath: socket) }
            func log(_ numbers: Range<Int>) async throws {
                let lines = numbers.map { number in
                    "4A\(number)F: to=<r\(number)@pier.example>, relay=x[192.0.2.1]:25, delay=1, dsn=2.0.0, "
                        + "status=sent (250 OK)\n"
                }
                let file = try folder.file("part-\(numbers.lowerBound)", lines.joined())
                let arguments = ["--socket", socket, "--tag", "postfix/smtp", "--id=7", "--priority", "mail.info"]
                let logger = try Program("/usr/bin/logger", arguments + ["--file", file], in: folder)
                #expect(try await logger.finish() == .status(0))
            }
            func counted(_ first: Int) async throws -> Bool {
                try await mailmill.rows("SELECT count(*) FROM report_v1.event WHERE message_id = '4A\(first)F'") == [
                    "1"
                ]
            }
            try await log(100..<300)
            try await eventually("all lines") { try await mailmill.report().total.deliveries == 200 }
            try await collector.destroy()
            try await log(300..<400)
            try mailmill.serve(["collector"])
            try await eventually("the socket") { Port.isListening(port) }
            try await log(400..<500)
            // What rsyslog had handed to its kernel when the connection broke is lost: syslog over TCP has no answer.
            try await eventually("the last line") { try await counted(499) }
            let rows = try await mailmill.rows(
                "SELECT count(*) = count(DISTINCT message_id), count(*) >= 300 FROM report_v1.event"
            )
            #expect(rows == ["t|t"])
            #expect(try await mailmill.sources().map(\.quarantined) == [0])
            #expect(rsyslog.ending == nil)
            try await rsyslog.destroy()
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
