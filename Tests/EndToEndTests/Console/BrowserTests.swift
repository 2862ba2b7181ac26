import LogGenerator
import Foundation
import Testing

/// The console in a real browser, before a real server: `Tests/Browser/browse.py` is the person.
@Suite(.twoAtATime)
struct BrowserTests {
    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardizedFileURL.path

    @Test func aPersonSignsInWatchesFiltersLosesTheDatabaseAndSignsOut() async throws {
        let python = "\(Self.package)/.build/browser-tools/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw TestFailure("\(python) is missing: run Scripts/browser-tools")
        }
        try await TestFolder.with(onDisk: true) { folder in
            let log = try folder.file("mail.log", Self.lastHours())
            let other = try folder.file("mx2.log", Self.lastHours(seed: 2))
            let mailmill = try Installation(
                in: folder,
                collect: [Installation.file(log), Installation.file(other, node: "mx2")]
            )
            // The database is a server of its own here, so that it can go and come back beside the console.
            try await mailmill.output(["database", "init"])
            try await mailmill.output(["database", "start"])
            let serve = try mailmill.serve(["manager", "web", "collector"])
            try await eventually("the logs in the database", every: .milliseconds(300)) {
                try await mailmill.sources().filter { $0.completeUntil != nil && $0.lagBytes == 0 }.count == 2
            }
            let added = try await mailmill.output(["account", "add", "admin", "--role", "admin"])
            let password = try #require(Self.password(in: added), "\(added)")
            try await eventually("a healthy console") { try await mailmill.health()?.status == 200 }

            let binary = try MailmillBinary.path()
            let command = "\(binary) database"
            let browse = try Program(
                python,
                [
                    "\(Self.package)/Tests/Browser/browse.py",
                    "--base", "http://127.0.0.1:\(mailmill.consolePort)", "--name", "admin", "--password", password,
                    "--new-password", "a long walk along the harbour", "--screenshots", try screenshots(folder),
                    "--folder", folder.path,
                    "--append", Self.append(to: log),
                    "--down", "\(command) stop --config \(mailmill.settings)",
                    "--up", "\(command) start --config \(mailmill.settings)",
                ],
                in: folder
            )
            let ending = try await browse.finish(within: .seconds(240))
            let lines = browse.output.split(separator: "\n")
            print(lines.last ?? "the browser said nothing")
            for failure in lines.filter({ $0.hasPrefix("FAILED") }) { Issue.record("\(failure)") }
            #expect(ending == .status(0), "\(browse.errors.suffix(2000))")
            #expect(serve.ending == nil)
            #expect(!serve.errors.contains(password))
        }
    }

    /// Where pictures go: `MAILMILL_TEST_SCREENSHOTS`, seen from the package, else nowhere that stays.
    private func screenshots(_ folder: TestFolder) throws -> String {
        guard let wanted = ProcessInfo.processInfo.environment["MAILMILL_TEST_SCREENSHOTS"] else {
            return try folder.folder("screenshots")
        }
        return wanted.hasPrefix("/") ? wanted : "\(Self.package)/\(wanted)"
    }

    /// A log of the last two hours, up to a minute ago.
    private static func lastHours(seed: UInt64 = 1) -> String {
        var lines = InventedPostfix(SeededRandom(seed: seed))
        let now = Date()
        return stride(from: -7200.0, to: -60, by: 1.5).map { seconds in
            let time = now.addingTimeInterval(seconds)
            let newsletter = seconds.truncatingRemainder(dividingBy: 600) == 0 ? newsletter(at: time) : ""
            return lines.line(at: time) + "\n" + newsletter
        }.joined()
    }

    /// A message of news@example.net, which is deferred first, for the page Trace to find.
    private static func newsletter(at time: Date) -> String {
        let id = "3" + String(Int(time.timeIntervalSince1970), radix: 16, uppercase: true)
        let delivery =
            "smtp[21]: \(id): to=<reader@quay.example>, relay=mx.quay.example[203.0.113.9]:25, delay=1, delays=0/0/0/1"
        return [
            "smtpd[20]: \(id): client=app1.example[192.0.2.1]",
            "qmgr[77]: \(id): from=<news@example.net>, size=2048, nrcpt=1 (queue active)",
            "\(delivery), dsn=4.2.1, status=deferred (host mx.quay.example[203.0.113.9] said: 451 4.2.1 try later)",
            "\(delivery), dsn=2.0.0, status=sent (250 2.0.0 Ok)",
            "qmgr[77]: \(id): removed",
        ].map { "\(InventedPostfix.isoStamp(time)) mx1 postfix/\($0)\n" }.joined()
    }

    /// A command that lets one more delivery happen.
    private static func append(to log: String) -> String {
        "printf '%s mx1 postfix/smtp[9]: 4FFFFFF: to=<ann@harbor.example>, relay=mx.harbor.example[203.0.113.9]:25, "
            + "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)\\n' "
            + "\"$(date -u +%Y-%m-%dT%H:%M:%S.%6N+00:00)\" >> \(log)"
    }

    /// The one-time password, the only word of its shape.
    private static func password(in text: String) -> String? {
        text.firstRange(of: "one-time password").map { range in
            text.suffix(from: range.upperBound).drop { !$0.isLetter && !$0.isNumber }
        }.map { rest in String(rest.prefix { $0 != " " && $0 != "\n" && $0 != "," && $0 != "." }) }
    }
}
