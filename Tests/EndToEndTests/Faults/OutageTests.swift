import LogGenerator
import Foundation
import Testing

/// The database is away for a while, and the world goes on.
@Suite(.twoAtATime)
struct OutageTests {
    @Test func nothingIsLostWhenTheLogIsRotatedCompressedAndDeletedMeanwhile() async throws {
        let (generator, seed) = SeededRandom.announced(for: "outage")
        try await TestFolder.with { folder in
            let path = try folder.folder("log") + "/mail.log"
            let lines = InventedPostfix(generator)
            let writer = try LogWriter(path, copy: "\(folder.path)/copy.log", seed: seed, lines: lines)
            let rotation = try Logrotate(path, .compressAtOnce, keep: 1, in: folder)
            let mailmill = try Installation(in: folder, collect: [Installation.file(path)])
            let database = try await mailmill.serveDatabase()
            let web = try mailmill.serve(["web"])
            var collector = try mailmill.serve(["collector"])
            try await writer.write(500)
            let before = try await IndependentCounter.count([writer.copy], in: folder)
            try await eventually("the first lines", every: .milliseconds(300)) {
                try await mailmill.report().total.deliveries == before.deliveries
            }
            try await eventually("a healthy console") { try await mailmill.health()?.status == 200 }

            database.signal(SIGTERM)
            #expect(try await database.finish() == .status(0))
            #expect(try mailmill.postmaster() == nil)
            try await everyoneSaysSo(mailmill)

            // Three rotations, of which only the last stays; the collector ends and begins anew between them.
            for round in 0..<3 {
                let before = Self.size(below: "\(mailmill.directory)/collector")
                try await writer.write(400)
                try await spoolSettles(mailmill, beyond: before)
                try await rotation.rotate(writer)
                if round == 1 {
                    collector.signal(SIGTERM)
                    #expect(try await collector.finish(within: .seconds(30)) == .status(0))
                    collector = try mailmill.serve(["collector"])
                }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/log").sorted()
            #expect(left == ["mail.log", "mail.log.1.gz"])
            try await writer.write(100)

            try await mailmill.serveDatabase()
            let counted = try await IndependentCounter.count([writer.copy], in: folder)
            try await eventually("all lines after the outage", every: .milliseconds(300)) {
                let told = try await mailmill.report("--by", "domain")
                guard told.deliveriesByDomain == counted.deliveriesByDomain else {
                    throw TestTrouble("\(told.tally); counted: \(counted)")
                }
                return try await mailmill.sources().first?.lagBytes == 0
            }
            let quarantined = try await mailmill.sources().map(\.quarantined)
            #expect(quarantined == [counted.unreadable])
            #expect(try await mailmill.report().total.rejections == counted.rejections)
            try await eventually("a healthy console again") { try await mailmill.health()?.status == 200 }
            #expect(web.ending == nil)
        }
    }

    /// What the console and the command line say while the database is down.
    private func everyoneSaysSo(_ mailmill: Installation) async throws {
        let answer = try await eventually("the console to notice") {
            try await mailmill.health().flatMap { $0.status == 503 ? $0 : nil }
        }
        #expect(answer.body.contains("\"database\""))
        #expect(answer.body.contains("down"))
        let page = try await WebAnswer.get("http://127.0.0.1:\(mailmill.consolePort)/sign-in", in: mailmill.folder)
        #expect(page?.status == 200)
        #expect(page?.body.contains("Nobody can sign in while the database is down") == true)
        #expect(page?.body.contains("</strong> since ") == true)
        let status = try await mailmill.run("collect", "status")
        #expect(status.ending == .status(69))
        #expect(status.errors.contains("mailmill database start"))
        #expect(status.output.isEmpty)
    }

    /// Waits until the collector has put aside what was just written: its spool grew, and has been still for a while.
    private func spoolSettles(_ mailmill: Installation, beyond before: Int) async throws {
        var last = before
        var still = 0
        try await eventually("the spool to hold what was written", every: .milliseconds(100)) {
            let size = Self.size(below: "\(mailmill.directory)/collector")
            still = size == last ? still + 1 : 0
            last = size
            return size > before && still >= 10
        }
    }

    /// Bytes of all files below a folder.
    private static func size(below path: String) -> Int {
        // Files come and go in it.
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        return names.reduce(0) { sum, name in
            let facts = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
            return facts?[.type] as? FileAttributeType == .typeRegular ? sum + (facts?[.size] as? Int ?? 0) : sum
        }
    }
}
