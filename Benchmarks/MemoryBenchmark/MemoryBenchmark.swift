internal import BenchmarkSupport
internal import Foundation
internal import SystemPackage

/// The most memory that a collector has resident while it catches up on a log of a gibibyte: `mailmill serve` with the
/// role `collector` alone.
///
/// `swift run -c release MemoryBenchmark [mebibytes]`
@main
struct MemoryBenchmark {
    static func main() {
        BenchmarkRun.main("memory") { folder in
            let scratch = try await ScratchDatabase(below: folder)
            try await scratch.intern(domains: GeneratedLog.domainNames())
            let size = BenchmarkRun.argument(0, default: 1100) << 20
            // A message has some 1080 bytes of log.
            let log = try GeneratedLog(folder.appending("mail.log"), rate: 200, messages: size / 1080) { $1 >= size }
            tell("log: \(Figure.grouped(log.bytes)) bytes")
            let program = try MailmillProgram(
                in: folder,
                settings: """
                    roles: [collector]
                    database: {directory: \(scratch.root), account: \(scratch.account)}
                    collector: {directory: \(folder.appending("collector"))}
                    collect:
                      - {format: postfix, path: \(log.path), node: mx1, queue: false}

                    """
            )
            let begin = ContinuousClock.now
            let serving = try program.serve()
            var first: ProcessFigures?
            try await serving.wait(for: "end of the log", within: .seconds(900)) {
                let read = try await scratch.number("SELECT coalesce(max(position), -1) FROM ops.source_file")
                if first == nil, read >= 0 { first = try ProcessFigures(of: serving.pid) }
                return read == Int64(log.bytes)
            }
            let seconds = begin.duration(to: .now).seconds
            let last = try ProcessFigures(of: serving.pid)
            serving.stop()
            let events = try await scratch.number("SELECT sum(events) FROM ops.source_file")
            func mebibytes(_ bytes: Int) -> String { Figure.decimal(Double(bytes) / Double(1 << 20), 1) }
            tell(
                "read in \(Figure.decimal(seconds, 1)) s: \(Figure.grouped(events)) events, "
                    + "\(Figure.grouped(Double(events) / seconds)) a second"
            )
            tell(
                "resident at the beginning: \(mebibytes(first?.residentBytes ?? 0)) MiB; at the end: "
                    + "\(mebibytes(last.residentBytes)) MiB; processor: \(Figure.decimal(last.processorTime.seconds, 1)) s"
            )
            Goal("memory of a collector", "64 MiB or less").tell(
                "\(mebibytes(last.peakBytes)) MiB resident at most, "
                    + "1/\(log.bytes / max(1, last.peakBytes)) of the log it caught up on",
                isReached: last.peakBytes <= 64 << 20
            )
        }
    }
}
