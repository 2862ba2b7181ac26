import Foundation
import LogGenerator
import Testing

/// A disk that is full, in each place that Mailmill writes to: it is said, nothing is lost, and when there is room again all
/// goes on by itself.
@Suite(.twoAtATime, .enabled(if: SmallDisk.canBeMade, "small disks need root: these tests were not run"))
struct FullDiskTests {
    /// Where the small disk is: below the database's folder, the collector's, or the server's logs.
    enum Place: String, CaseIterable, Sendable {
        case data, spool, serverLog
    }

    @Test(arguments: Place.allCases)
    func collectionGoesOnWhenThereIsRoomAgain(_ place: Place) async throws {
        let (_, seed) = SeededRandom.announced(for: "full disk: \(place)")
        try await TestFolder.with { folder in
            try await SmallDisk.with("small", mebibytes: place == .data ? 700 : 24, in: folder) { disk in
                let path = try folder.folder("log") + "/mail.log"
                let lines = InventedPostfix(SeededRandom(seed: seed), stamp: InventedPostfix.isoStamp)
                let writer = try LogWriter(path, copy: "\(folder.path)/copy.log", seed: seed, lines: lines)
                let mailmill = try Installation(
                    in: folder,
                    collect: [Installation.file(path)],
                    database: ", max_wal_size: 128MiB",
                    directory: "\(place == .data ? disk.path : folder.path)/db",
                    more: "collector: {directory: \(place == .spool ? disk.path : folder.path)/collector}"
                )
                try await PreparedDatabase.copy(to: mailmill.directory, in: folder)
                if place == .serverLog { try await Self.layLogs(of: mailmill, on: disk, in: folder) }
                let serve = try mailmill.serve(["database", "manager", "collector"])
                try await mailmill.waitUntilAnswering()
                try await writer.write(300)
                try await Self.counts(mailmill, writer, in: folder)

                try await disk.fill()
                try await writer.write(700)
                if place == .data {
                    try await eventually("that no events are taken", within: .seconds(60), every: .milliseconds(300)) {
                        try await mailmill.output(["database", "status"]).contains("ALARM")
                    }
                } else {
                    // Neither the spool nor the server's log stands in the way of an event.
                    try await Self.counts(mailmill, writer, in: folder)
                }
                try await writer.write(300)
                try await disk.empty()
                try await Self.counts(mailmill, writer, in: folder)
                #expect(serve.ending == nil)
                serve.signal(SIGTERM)
                try await serve.finish()
            }
        }
    }

    @Test func anArchiveOnAFullDiskCatchesUpAndNoHalfBackupIsListed() async throws {
        try await TestFolder.with { folder in
            try await SmallDisk.with("small", mebibytes: 200, in: folder) { disk in
                let mailmill = try Installation(
                    in: folder,
                    collect: [],
                    more: "backup: {repository: \(disk.path)/repository}"
                )
                let own = try Program("/bin/chmod", ["777", disk.path], in: folder)
                try await own.finish()
                try await mailmill.startDatabase()
                try await mailmill.output(["backup", "create"])
                try await disk.fill()
                try await mailmill.execute(
                    "CREATE TABLE ops.noise AS SELECT gen_random_uuid() FROM generate_series(1, 300000)"
                )
                try await mailmill.execute("SELECT pg_switch_wal()")
                try await eventually("an alarm", every: .milliseconds(300)) {
                    try await mailmill.output(["database", "status"]).contains("ALARM: the archive fails")
                }
                let refused = try await mailmill.run(["backup", "create"])
                #expect(refused.ending != .status(0))
                #expect(try await mailmill.backups().count == 1)
                let archive = "\(disk.path)/elsewhere.dump"
                let dump = try await mailmill.run(["dump", archive])
                #expect(dump.ending != .status(0))
                #expect(try await mailmill.exhibits().hasPrefix("20000 "))

                try await disk.empty()
                try await mailmill.output(["backup", "create"])
                #expect(try await mailmill.backups().count == 2)
                #expect(try await !mailmill.output(["database", "status"]).contains("ALARM: the archive fails"))
                try await mailmill.output(["backup", "verify"])
                try await mailmill.output(["dump", archive])
                try await mailmill.output(["database", "stop"])
            }
        }
    }

    /// The server's logs on a disk of their own, as some have them.
    private static func layLogs(of mailmill: Installation, on disk: SmallDisk, in folder: TestFolder) async throws {
        let logs = "\(mailmill.directory)/cluster/log"
        let script =
            "mkdir \(disk.path)/log && chown --reference=\(logs) \(disk.path)/log && chmod 700 \(disk.path)/log"
            + " && rm -rf \(logs) && ln -s \(disk.path)/log \(logs)"
        let laid = try Program("/bin/sh", ["-ec", script], in: folder)
        guard try await laid.finish() == .status(0) else { throw TestTrouble("\(laid.errors)") }
    }

    private static func counts(_ mailmill: Installation, _ writer: LogWriter, in folder: TestFolder) async throws {
        let counted = try await IndependentCounter.count([writer.copy], in: folder)
        try await eventually("figures equal to the independent count", every: .milliseconds(300)) {
            let told = try await mailmill.report("--by", "domain")
            guard told.deliveriesByDomain == counted.deliveriesByDomain else {
                throw TestTrouble("\(told.tally); counted: \(counted)")
            }
            return true
        }
    }
}
