import Foundation
import LogGenerator
import Synchronization
import Testing

/// Major upgrades and rollbacks of the real thing, while a log grows and somebody reads reports.
@Suite(.twoAtATime)
struct UpgradeTests {
    /// One upgrade after the other, then a way back.
    struct Way: Sendable, CustomTestStringConvertible {
        var steps: [(major: Int, method: String)]

        var testDescription: String { steps.map { "to \($0.major) by \($0.method)" }.joined(separator: ", ") }
    }

    @Test(arguments: [Way(steps: [(16, "copy"), (18, "dump")]), Way(steps: [(18, "copy")])])
    func noEventIsLostOrDoubled(_ way: Way) async throws {
        let (_, seed) = SeededRandom.announced(for: "upgrade \(way.testDescription)")
        try await TestFolder.with { folder in
            let path = try folder.folder("log") + "/mail.log"
            let lines = InventedPostfix(SeededRandom(seed: seed), stamp: InventedPostfix.isoStamp)
            let writer = try LogWriter(path, copy: "\(folder.path)/copy.log", seed: seed, lines: lines)
            let mailmill = try Installation(
                in: folder,
                collect: [Installation.file(path)],
                database: ", binaries: \(try ServerMajors.all())"
            )
            // The prepared database was made by the distribution's programs, as before the newer ones were installed.
            try await mailmill.serveDatabase()
            let collector = try mailmill.serve(["collector"])
            var before = 15
            for (number, step) in way.steps.enumerated() {
                try await Self.whileWriting(writer) {
                    try await Self.hasEvents(mailmill)
                    let said = try await Self.whileReportsAreRead(mailmill) {
                        try await mailmill.output(["upgrade", "run", "--to", "\(step.major)", "--method", step.method])
                    }
                    print("with ingest and reports running: \(said.split(separator: "\n").first ?? "")")
                }
                try await Self.prove(mailmill, writer, in: folder)
                try await Self.check(mailmill, isOf: step.major)
                guard number < way.steps.count - 1 else { break }
                try await mailmill.output(["upgrade", "finish"])
                before = step.major
            }
            // Everything that was reported since the upgrade is in no database any more, and is read again.
            try await Self.whileWriting(writer) { _ = try await mailmill.output(["upgrade", "rollback"]) }
            try await Self.prove(mailmill, writer, in: folder)
            try await Self.check(mailmill, isOf: before)
            #expect(collector.ending == nil)
            try await mailmill.output(["upgrade", "finish"])
            let status = try await mailmill.output(["upgrade", "status"])
            #expect(status.contains("finished"))
        }
    }

    private static func check(_ mailmill: Installation, isOf major: Int) async throws {
        let version = try await mailmill.rows("SHOW server_version_num").first
        #expect(version?.hasPrefix("\(major)") == true, "\(version ?? "no version")")
    }

    /// The database is away for as long as an upgrade takes, and then again where it was before it.
    @Test func linesOfLogsThatAreRotatedMeanwhileCountOnce() async throws {
        let (_, seed) = SeededRandom.announced(for: "upgrade and rotation")
        try await TestFolder.with { folder in
            let logs = try FollowedLogs(in: folder, seed: seed)
            let binaries = try ServerMajors.folder(18)
            let mailmill = try Installation(
                in: folder,
                collect: logs.collect,
                database: ", binaries: \(binaries)"
            )
            try await mailmill.output(["database", "init", "--set", "database.binaries="])
            try await mailmill.serveDatabase()
            let collector = try mailmill.serve(["collector"])
            try await logs.areFollowed(by: mailmill)
            try await logs.grow(lines: 1500, rate: 70) { _ = try await mailmill.output(["upgrade", "run"]) }
            try await logs.prove(mailmill)
            try await logs.grow(lines: 700, rate: 70) { _ = try await mailmill.output(["upgrade", "rollback"]) }
            try await logs.prove(mailmill)
            #expect(collector.ending == nil)
        }
    }

    @Test func anUpgradeGoesOnWithoutWhoeverBeganIt() async throws {
        try await TestFolder.with { folder in
            let binaries = try ServerMajors.folder(18)
            let mailmill = try Installation(in: folder, collect: [], database: ", binaries: \(binaries)")
            try await mailmill.serveDatabase()
            let command = try mailmill.begin(["upgrade", "run"])
            try await eventually("the upgrade's first step", every: .milliseconds(20)) {
                try await mailmill.output(["upgrade", "status"]).contains("rehearsing")
            }
            try await command.destroy()
            try await eventually("the new server", within: .seconds(120), every: .milliseconds(300)) {
                try await mailmill.output(["upgrade", "status"]).contains("upgraded")
            }
            try await mailmill.waitUntilAnswering()
            #expect(try await mailmill.rows("SHOW server_version_num").first?.hasPrefix("18") == true)
        }
    }

    @Test func anUpgradeWhoseProcessWasKilledIsSettledByServe() async throws {
        try await TestFolder.with { folder in
            let binaries = try ServerMajors.folder(18)
            let mailmill = try Installation(in: folder, collect: [], database: ", binaries: \(binaries)")
            try await mailmill.serveDatabase()
            let command = try mailmill.begin(["upgrade", "run", "--method", "dump"])
            try await eventually("the copying", within: .seconds(120), every: .milliseconds(5)) {
                try await mailmill.output(["upgrade", "status"]).contains("copying")
            }
            let log = "\(mailmill.directory)/cluster.upgrade/log"
            #expect(FileManager.default.fileExists(atPath: log))
            let text = try await mailmill.output(["upgrade", "status", "--format", "json"])
            let process = try JSONDecoder().decode(Process.self, from: Data(text.utf8)).pid
            // Over in the meantime: then there is nothing to kill, and what follows must hold as well.
            if let process { kill(process, SIGKILL) }
            try await command.finish(within: .seconds(60))
            try await eventually("a database that takes events", within: .seconds(120), every: .milliseconds(500)) {
                try await mailmill.rows("SHOW default_transaction_read_only", role: "owner") == ["off"]
            }
            let state = try await mailmill.output(["upgrade", "status"])
            #expect(state.contains("everything is as it was") || state.contains("upgraded"))
        }
    }

    @Test func whatStandsInTheWayIsToldAndNothingIsTouched() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.output(["database", "init"])
            let check = try await mailmill.run("upgrade", "check")
            #expect(check.ending == .status(1))
            #expect(check.output.contains("is not installed"))
            let run = try await mailmill.run("upgrade", "run")
            #expect(run.ending == .status(69))
            #expect(run.errors.contains("cannot begin an upgrade"))
            let back = try await mailmill.run("upgrade", "rollback")
            #expect(back.ending == .status(69))
            #expect(try await mailmill.output(["upgrade", "status"]).contains("no upgrade was begun"))
        }
    }

    /// The log grows, at 100 lines a second, for as long as `body` takes, and a little longer.
    private static func whileWriting(_ writer: LogWriter, _ body: () async throws -> Void) async throws {
        let writing = Task { try await writer.write(1_000_000, rate: 100) }
        defer { writing.cancel() }
        try await body()
        try await writer.write(100)
        writing.cancel()
        try await writing.value
    }

    /// Mailmill's figures are those of an independent count, and no event stands in the database twice.
    private static func prove(_ mailmill: Installation, _ writer: LogWriter, in folder: TestFolder) async throws {
        let counted = try await IndependentCounter.count([writer.copy], in: folder)
        #expect(counted.events > 300)
        try await eventually("figures equal to the independent count", within: .seconds(120), every: .milliseconds(500))
        {
            var told = try await mailmill.report().tally
            told.unreadable = try await mailmill.sources().first?.quarantined ?? 0
            told.deliveriesByDomain = try await mailmill.report("--by", "domain").deliveriesByDomain
            guard told == counted else { throw TestTrouble("\(told); counted: \(counted)") }
            return true
        }
        let rows = try await mailmill.rows(
            "SELECT count(*), count(DISTINCT (node, kind, message_id, recipient_local, sender_local)) FROM report_v1.event"
        )
        #expect(rows == ["\(counted.events)|\(counted.events)"])
    }

    private static func hasEvents(_ mailmill: Installation) async throws {
        try await eventually("events in the database", every: .milliseconds(200)) {
            try await mailmill.report().total.deliveries > 50
        }
    }

    /// Reads reports without a pause: each answers with no fewer deliveries than the last, or the database is away.
    private static func whileReportsAreRead(
        _ mailmill: Installation,
        _ body: @Sendable @escaping () async throws -> String
    ) async throws -> String {
        let isOver = Mutex(false)
        let reading = Task {
            var last = 0
            var answers = 0
            while !isOver.withLock({ $0 }) {
                let program = try await mailmill.run(
                    "report",
                    "traffic",
                    "--from",
                    "2020-01-01",
                    "--to",
                    "2100-01-01",
                    "--format",
                    "json"
                )
                defer { program.forget() }
                guard program.ending == .status(0) else {
                    #expect(program.ending == .status(69), "\(program.errors)")
                    continue
                }
                let report = try JSONDecoder().decode(TrafficReport.self, from: Data(program.output.utf8))
                #expect(report.total.deliveries >= last)
                last = report.total.deliveries
                answers += 1
            }
            return answers
        }
        defer { isOver.withLock { $0 = true } }
        let said = try await body()
        isOver.withLock { $0 = true }
        print("reports answered meanwhile: \(try await reading.value)")
        return said
    }

    /// What `upgrade status` tells of the process at work.
    private struct Process: Decodable {
        var pid: pid_t?
    }
}
