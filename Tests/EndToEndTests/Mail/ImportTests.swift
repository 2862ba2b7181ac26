import Foundation
import Glibc
import LogGenerator
import Testing

/// `collect import` as a person uses it: in the background, told to rest, killed, and resumed.
@Suite(.twoAtATime)
struct ImportTests {
    private struct Listed: Decodable {
        var number: Int
        var state: String
        var running: Bool
        var files_done: Int
        var lines: Int?
    }

    @Test func archivesAreCountedOnceThoughTheImportRestsAndIsKilled() async throws {
        var (random, _) = SeededRandom.announced(for: "import")
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.serveDatabase()
            let copies = try await write(random, folder)
            let archives = copies.indices.map { "\(folder.path)/part-\($0)" + [".gz", ".bz2", ".xz"][$0] }
            let begun = try await mailmill.run(["collect", "import"] + archives + ["--node", "mx1", "--background"])
            #expect(begun.ending == .status(0), "\(begun.errors)")
            try await mailmill.output(["collect", "import", "pause"])
            try await eventually("it rests", every: .milliseconds(50)) {
                try await list(mailmill).map { "\($0.state) \($0.running)" } == ["paused true"]
            }
            let second = try await mailmill.run("collect", "import", archives[0], "--node", "mx1")
            #expect(second.ending == .status(75), "\(second.errors)")
            #expect(kill(try #require(importing(folder)), SIGKILL) == 0)
            for _ in 0..<3 {
                try await eventually("its end", every: .milliseconds(50)) { try await !list(mailmill)[0].running }
                guard try await list(mailmill)[0].state != "finished" else { break }
                try await mailmill.output(["collect", "import", "resume", "--background"])
                let end = ContinuousClock.now + .milliseconds(Int.random(in: 200...700, using: &random))
                try await Task.sleep(until: end)
                if let pid = importing(folder) { kill(pid, SIGKILL) }
            }
            try await eventually("its end", every: .milliseconds(50)) { try await !list(mailmill)[0].running }
            if try await list(mailmill)[0].state != "finished" {
                try await mailmill.output(["collect", "import", "resume"])
            }
            let listed = try await list(mailmill)
            #expect(listed.map(\.state) == ["finished"])
            #expect(listed.map(\.files_done) == [3])
            let counted = try await IndependentCounter.count(copies, in: folder)
            let told = try await mailmill.report("--by", "domain")
            var tally = told.tally
            tally.deliveriesByDomain = told.deliveriesByDomain
            tally.unreadable = Int(try await mailmill.rows("SELECT sum(quarantined) FROM report_v1.import")[0]) ?? -1
            #expect(tally == counted)
            #expect(counted.events > 50_000)
            let over = try await mailmill.run("collect", "import", "cancel", "\(listed[0].number)")
            #expect(over.ending == .status(64), "what is finished cannot be cancelled")
        }
    }

    /// Three logs, and a compressed copy of each.
    private func write(_ random: SeededRandom, _ folder: TestFolder) async throws -> [String] {
        var lines = InventedPostfix(random)
        var copies: [String] = []
        for (part, program) in ["gzip", "bzip2", "xz"].enumerated() {
            let time = Date(timeIntervalSinceNow: Double(part * -3600 - 7200))
            let copy = try folder.file("part-\(part)", (0..<30_000).map { _ in lines.line(at: time) + "\n" }.joined())
            let run = try Program("/usr/bin/env", [program, "-k", copy], in: folder)
            #expect(try await run.finish() == .status(0), "\(run.errors)")
            copies.append(copy)
        }
        return copies
    }

    private func list(_ mailmill: Installation) async throws -> [Listed] {
        let text = try await mailmill.output(["collect", "import", "list", "--format", "json"])
        return try JSONDecoder().decode([Listed].self, from: Data(text.utf8))
    }

    /// The process that imports, if there is one.
    private func importing(_ folder: TestFolder) -> pid_t? {
        ProcessTable.entries(inside: folder.path).first { entry in
            // A process that has just ended has no arguments.
            let data = FileManager.default.contents(atPath: "/proc/\(entry.pid)/cmdline") ?? Data()
            return String(decoding: data, as: UTF8.self).contains("mailmill\0collect\0import\0resume")
        }?.pid
    }
}
