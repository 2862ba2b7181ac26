internal import BenchmarkSupport
internal import Foundation
internal import LogGenerator
internal import SystemPackage

/// `mailmill collect import` of a compressed archive beside live collection: the most memory it has resident, its speed, and
/// how much later live events are counted than without it.
///
/// `swift run -c release ImportBenchmark [gigabytes of log, 1 to 10] [live events a second] [1 for --full-speed]`
@main
struct ImportBenchmark {
    static func main() {
        BenchmarkRun.main("import") { folder in
            let gigabytes = min(max(BenchmarkRun.argument(0, default: 1), 1), 10)
            let live = max(20, BenchmarkRun.argument(1, default: 200))
            let isFullSpeed = BenchmarkRun.argument(2, default: 0) == 1
            let scratch = try await ScratchDatabase(below: folder)
            try await scratch.intern(domains: GeneratedLog.domainNames())
            let archive = try CompressedArchive(folder.appending("mail.log.1.zst"), bytes: gigabytes * 1_000_000_000)
            tell("archive: \(Figure.grouped(archive.bytes)) bytes of log, \(Figure.grouped(archive.size)) on disk")
            let log = folder.appending("mail.log")
            try Data().write(to: URL(fileURLWithPath: log.string))
            let program = try MailmillProgram(
                in: folder,
                settings: """
                    roles: [collector]
                    database: {directory: \(scratch.root), account: \(scratch.account)}
                    collector: {directory: \(folder.appending("collector"))}
                    collect:
                      - {format: postfix, path: \(log), node: mx1, queue: false}

                    """
            )
            let serving = try program.serve()
            let delays = try await LiveDelays(log, perSecond: live, scratch)
            try await serving.wait(for: "first event") { try await delays.isFollowed() }
            let alone = try await delays.measure { $0 > .seconds(15) }
            tell("live collection alone, written to counted: \(alone.line)")

            let begin = ContinuousClock.now
            let options = isFullSpeed ? ["--full-speed"] : []
            let importing = try program.start(["collect", "import", archive.path.string] + options)
            var peak = 0
            let beside = try await delays.measure { _ in
                // Nothing more is told of a process that has just ended.
                if let figures = try? ProcessFigures(of: importing.pid) { peak = max(peak, figures.peakBytes) }
                return !importing.isRunning
            }
            let seconds = begin.duration(to: .now).seconds
            serving.stop()
            let events = try await scratch.number("SELECT coalesce(sum(events), 0) FROM report_v1.import")
            guard events == archive.tally.events else {
                throw MailmillProgram.Failure(
                    description: "\(events) events of \(archive.tally.events) were counted: \(importing.output)"
                )
            }
            tell(
                "imported\(isFullSpeed ? " at full speed" : "") in \(Figure.decimal(seconds, 1)) s: "
                    + "\(Figure.decimal(Double(archive.bytes) / seconds / 1e6, 1)) MB/s of log, "
                    + "\(Figure.grouped(Double(events) / seconds)) events/s, as many as were written (\(events))"
            )
            tell("live collection beside it: \(beside.line)")
            Goal("memory of an import of \(gigabytes) GB", "64 MiB or less").tell(
                "\(Figure.decimal(Double(peak) / Double(1 << 20), 1)) MiB resident at most",
                isReached: peak > 0 && peak <= 64 << 20
            )
            Goal("live collection beside an import", "p99 1 s or less").tell(
                "p99 \(beside.percentile(0.99).milliseconds) ms (alone \(alone.percentile(0.99).milliseconds) ms)",
                isReached: beside.percentile(0.99) <= .seconds(1)
            )
        }
    }
}
