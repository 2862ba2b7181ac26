import Collector
import CollectorFixtures
import Foundation
import Logging
import MailEvents
import SystemPackage

/// Measures how fast a backlog is read, and with how much memory, when the database costs nothing.
struct SpeedProbe {
    let path: FilePath
    let spool: FilePath

    func run() async throws {
        let writer = CountingWriter()
        let settings = FollowSettings(path: path, format: .postfix, spool: SpoolSettings(folder: spool))
        let source = SourceDescription(node: "mx1", name: path.string, format: .postfix)
        let service = CollectorService(
            sources: [SourceSettings(source, .file(settings))],
            makeWriter: { _ in writer },
            logger: Logger(label: "probe") { _ in SwiftLogNoOpLogHandler() }
        )
        let clock = ContinuousClock()
        let start = clock.now
        let task = Task { try await service.run() }
        while service.states[0].readUpTo == nil { try await clock.sleep(for: .milliseconds(10)) }
        let seconds = start.duration(to: clock.now) / .seconds(1)
        let state = service.states[0]
        task.cancel()
        try await task.value
        print(
            """
            lines      \(writer.lines) in \(writer.batches) batches, \(writer.events) events
            time       \(String(format: "%.2f", seconds)) s
            rate       \(Int(Double(writer.lines) / seconds)) lines/s, \
            \(Int(Double(writer.bytes) / seconds / 1_000_000)) MB/s
            spool      \(state.spoolBytes) bytes
            memory     \(SpeedProbe.status("VmHWM")) at most, \(SpeedProbe.status("VmRSS")) now
            processor  \(SpeedProbe.processorSeconds()) s
            """
        )
    }

    private static func status(_ name: String) -> String {
        // Without the file there is nothing to tell.
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.map { $0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }

    private static func processorSeconds() -> String {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
        let system = Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
        return String(format: "%.2f user, %.2f system", user, system)
    }
}
