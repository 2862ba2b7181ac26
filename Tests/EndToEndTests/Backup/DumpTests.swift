import Foundation
import LogGenerator
import Testing

/// Moving the database by dump: the seed's way, done right.
@Suite(.twoAtATime)
struct DumpTests {
    @Test func aDumpTakenWhileItCollectsIsRestoredWithoutAnErrorAndCollectionGoesOn() async throws {
        let (generator, seed) = SeededRandom.announced(for: "dump")
        try await TestFolder.with { folder in
            let path = try folder.folder("log") + "/mail.log"
            let lines = InventedPostfix(generator)
            let writer = try LogWriter(path, copy: "\(folder.path)/copy.log", seed: seed, lines: lines)
            let mailmill = try Installation(in: folder, collect: [Installation.file(path)])
            try await mailmill.serveDatabase(["database", "manager", "collector"])
            try await mailmill.execute("CREATE ROLE grafana LOGIN IN ROLE mailmill_report")
            try await mailmill.execute("GRANT USAGE ON SCHEMA report_v1 TO grafana")
            let writing = Task { try await writer.write(4000, rate: 400) }
            try await eventually("some events", every: .milliseconds(300)) {
                try await mailmill.report().total.deliveries > 100
            }
            let dumped = try await mailmill.output(["dump", "\(folder.path)/dump"])
            #expect(dumped.hasPrefix("dumped "))
            let twice = try await mailmill.run("dump", "\(folder.path)/dump")
            #expect(twice.ending == .status(69))
            try await writing.value
            try await mailmill.execute("DROP OWNED BY grafana; DROP ROLE grafana")
            // Back to the dump: what came after it is read again from the log.
            let restored = try await mailmill.output(["restore-dump", "\(folder.path)/dump", "--yes"])
            #expect(restored.contains("with no error; all "))
            #expect(restored.contains("the old database is kept as mailmill_before_"))
            try await writer.write(200)
            let expected = try await IndependentCounter.count([writer.copy], in: folder)
            try await eventually("figures equal to the independent count", every: .milliseconds(300)) {
                let found = try await mailmill.report().tally
                guard found.deliveries == expected.deliveries, found.receptions == expected.receptions else {
                    throw TestTrouble("\(found) instead of \(expected)")
                }
                return true
            }
            let role = "SELECT pg_has_role('grafana', 'mailmill_report', 'member')"
            #expect(try await mailmill.rows(role, role: "superuser") == ["t"])
            #expect(try await mailmill.output(["database", "kept"]).contains("mailmill_before_"))
            try await mailmill.output(["database", "kept", "--remove", "all", "--yes"])
            #expect(try await mailmill.output(["database", "kept"]) == "nothing is kept\n")
            try await mailmill.output(["migrate", "status"])
        }
    }

    /// What the seed tells its operators to do, and that they "will get errors", beside ours.
    @Test func theSeedsProcedureHasErrorsWhereOursHasNone() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.startDatabase()
            let dump = "/tmp/mailmill-seed-\(UUID().uuidString).dump"
            // It is there when all went well.
            defer { try? FileManager.default.removeItem(atPath: dump) }
            let exec = ["database", "exec", "--role", "superuser"]
            try await mailmill.output(exec + ["pg_dump", "--", "-Fc", "-f", dump])
            try await mailmill.execute("CREATE DATABASE ecelerity TEMPLATE template0")
            let seed = try mailmill.begin(exec + ["pg_restore", "--", "-c", "-d", "ecelerity", dump])
            #expect(try await seed.finish() == .status(1))
            let ignored = seed.errors.split(separator: "\n").last { $0.contains("errors ignored on restore") }
            print("the seed's pg_restore -c: \(ignored ?? "no errors")")
            #expect(ignored != nil)
            #expect(seed.errors.contains("ERROR:"))

            try await mailmill.output(["dump", "\(folder.path)/dump"])
            let ours = try await mailmill.run("restore-dump", "\(folder.path)/dump", "--yes")
            #expect(ours.ending == .status(0))
            #expect(!ours.errors.uppercased().contains("ERROR"), "\(ours.errors)")
            #expect(try await mailmill.exhibits().hasPrefix("20000 "))
        }
    }

    @Test func aDumpThatIsDamagedOrUnfinishedIsRefusedAndNothingChanges() async throws {
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            try await mailmill.startDatabase()
            let dump = "\(folder.path)/dump"
            try await mailmill.kill(["dump", dump], when: "counting and summing")
            let unfinished = try await mailmill.run("restore-dump", dump, "--yes")
            #expect(unfinished.ending == .status(65))
            #expect(unfinished.errors.contains("it is no dump, or one that was interrupted"))
            try await mailmill.output(["dump", dump])
            let before = try await mailmill.exhibits()

            for word in ["restoring ", "comparing", "gathering", "putting it in the place"] {
                try await mailmill.kill(["restore-dump", dump, "--yes"], when: word)
                #expect(try await mailmill.exhibits() == before)
            }
            // A row less than the manifest says.
            let manifest = "\(dump)/manifest.json"
            let text = try String(contentsOfFile: manifest, encoding: .utf8)
            try text.replacing("\"20000 ", with: "\"20001 ").write(toFile: manifest, atomically: true, encoding: .utf8)
            let wrong = try await mailmill.run("restore-dump", dump, "--yes")
            #expect(wrong.ending == .status(65))
            #expect(wrong.errors.contains("ops.exhibit: 20001 "), "\(wrong.errors)")
            try text.write(toFile: manifest, atomically: true, encoding: .utf8)

            let files = try FileManager.default.contentsOfDirectory(atPath: "\(dump)/data").filter {
                $0.hasSuffix(".gz")
            }
            let largest = try #require(
                files.map { "\(dump)/data/\($0)" }.max { try Self.size($0) < Self.size($1) }
            )
            try BackupTests.flipByte(of: largest)
            let damaged = try await mailmill.run("restore-dump", dump, "--yes")
            #expect(damaged.ending != .status(0))
            try BackupTests.flipByte(of: largest)
            #expect(try await mailmill.exhibits() == before)
            #expect(try await mailmill.output(["database", "kept"]).contains("mailmill_before_") == false)
            try await mailmill.output(["restore-dump", dump, "--yes"])
            #expect(try await mailmill.exhibits() == before)
        }
    }

    private static func size(_ path: String) throws -> Int {
        (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}
