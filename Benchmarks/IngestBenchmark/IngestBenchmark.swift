internal import BenchmarkSupport
internal import Collector
internal import Foundation
internal import LogGenerator
internal import SystemPackage

/// How fast a log on disk becomes committed events and cubes, through the collector as `mailmill serve` runs it; and a
/// bare binary COPY of the same rows into the same table, in batches of the same sizes, in the same run.
///
/// `swift run -c release IngestBenchmark [events] [runs] [domains]`
@main
struct IngestBenchmark {
    static func main() {
        BenchmarkRun.main("ingest") { folder in
            try await measure(
                events: BenchmarkRun.argument(0, default: 1_000_000),
                runs: BenchmarkRun.argument(1, default: 5),
                domains: BenchmarkRun.argument(2, default: 1_000_000),
                folder
            )
        }
    }

    private static func measure(events: Int, runs: Int, domains: Int, _ folder: FilePath) async throws {
        let scratch = try await ScratchDatabase(below: folder)
        // A message has some 2.2 events.
        let log = try GeneratedLog(folder.appending("mail.log"), rate: 50, messages: events * 10 / 22, domains: domains)
        { tally, _ in
            tally.events >= events
        }
        tell(
            "log: \(Figure.grouped(log.tally.lines)) lines, \(Figure.grouped(log.bytes)) bytes, "
                + "\(Figure.grouped(log.tally.events)) events"
        )
        try await scratch.intern(domains: GeneratedLog.domainNames(domains))
        tell("domains: \(Figure.grouped(domains)) known beforehand, and their mail servers")

        var number = 0
        func catchUp(_ limits: BatchLimits) async throws -> CatchUp {
            number += 1
            try await empty(scratch)
            let result = try await CatchUp.run(number, log, scratch, folder: folder, limits: limits)
            guard result.events == log.tally.events else {
                throw Miscounted(events: result.events, of: log.tally.events)
            }
            return result
        }
        var rows: StoredRows?
        var rates: [Double] = []
        var ratios: [Double] = []
        for run in 1...max(1, runs) {
            let result = try await catchUp(BatchLimits())
            tell("run \(run), log to committed: \(result.line)")
            if rows == nil {
                let store = folder.appending("rows")
                try makeFolder(store, for: scratch)
                rows = try await StoredRows(scratch, batches: result.batches, folder: store)
            }
            guard let rows else { continue }
            try await empty(scratch)
            let copied = try await rows.copy(into: scratch)
            let ratio = copied.elapsed.seconds / result.elapsed.seconds
            tell(
                "run \(run), bare COPY: \(Figure.grouped(Double(log.tally.events) / copied.elapsed.seconds)) rows/s "
                    + "(\(Figure.decimal(copied.elapsed.seconds, 2)) s, backend \(Figure.decimal(copied.backendTime.seconds, 2)) s); "
                    + "ratio \(Figure.decimal(ratio, 2))"
            )
            rates.append(result.rate)
            ratios.append(ratio)
            if run == 1 { try await tellParts(of: rows, scratch) }
        }
        let (rate, ratio) = (median(rates), median(ratios))
        Goal("log to committed events and cubes", "150 000 events/s or more").tell(
            "\(Figure.grouped(rate)) events/s, median of \(rates.count)",
            isReached: rate >= 150_000
        )
        Goal("the same against a bare COPY", "0.5 or more").tell(
            "ratio \(Figure.decimal(ratio, 2)), each run with the COPY right after it, median of \(ratios.count)",
            isReached: ratio >= 0.5
        )
        // What 200 ms hold at 20 000 and at 2000 events a second.
        for size in [4000, 400] {
            var limits = BatchLimits()
            limits.rows = size
            let result = try await catchUp(limits)
            let average = result.events / max(1, result.batches.count)
            tell("batches of \(average) events: \(result.line)")
        }
    }

    /// Where the database's time goes, without a collector beside it.
    private static func tellParts(of rows: StoredRows, _ scratch: ScratchDatabase) async throws {
        try await empty(scratch)
        let parts = try await rows.commit(into: scratch)
        tell(
            "database alone: COPY to the batch table \(Figure.decimal(parts.copy.seconds, 2)) s, "
                + "commit_batch \(Figure.decimal(parts.commitBatch.seconds, 2)) s, COMMIT \(Figure.decimal(parts.commit.seconds, 2)) s, "
                + "backend \(Figure.decimal(parts.backendTime.seconds, 2)) s"
        )
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func empty(_ scratch: ScratchDatabase) async throws {
        try await scratch.run(
            "TRUNCATE rt_log.event, rt_log.traffic_delta",
            "VACUUM ANALYZE rt_log.traffic_delta",
            "CHECKPOINT"
        )
    }

    private static func makeFolder(_ folder: FilePath, for scratch: ScratchDatabase) throws {
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
        if geteuid() == 0 {
            try FileManager.default.setAttributes([.ownerAccountName: scratch.account], ofItemAtPath: folder.string)
        }
    }

    private struct Miscounted: Error, CustomStringConvertible {
        let events: Int
        let of: Int

        var description: String { "\(events) events were committed, \(of) were generated" }
    }
}
