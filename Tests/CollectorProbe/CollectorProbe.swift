import Collector
import CollectorFixtures
import Logging
import MailEvents
import SystemPackage

/// `collector-probe LOG SPOOL JOURNAL` follows a log until it is killed, and appends what it counts to a journal file;
/// while `JOURNAL.away` exists, that database is away. `collector-probe speed LOG SPOOL` measures.
/// `collector-probe syslog ADDRESSES SPOOL JOURNAL` receives syslog, `collector-probe stdin SPOOL JOURNAL` lines;
/// `collector-probe pattern PATTERN SPOOL JOURNAL` follows the files of a pattern.
@main
struct CollectorProbe {
    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count == 4, arguments[1] == "speed" {
            return try await SpeedProbe(path: FilePath(arguments[2]), spool: FilePath(arguments[3])).run()
        }
        if arguments.count == 5, arguments[1] == "syslog" {
            let probe = ReceptionProbe(spool: FilePath(arguments[3]), journal: JournalFile(FilePath(arguments[4])))
            return try await probe.listen(arguments[2])
        }
        if arguments.count == 4, arguments[1] == "stdin" {
            let probe = ReceptionProbe(spool: FilePath(arguments[2]), journal: JournalFile(FilePath(arguments[3])))
            return try await probe.readInput()
        }
        if arguments.count == 5, arguments[1] == "pattern" {
            let spool = SpoolSettings(folder: FilePath(arguments[3]))
            return try await follow(FilePattern(arguments[2]), spool, JournalFile(FilePath(arguments[4])))
        }
        guard arguments.count == 4 else { throw Usage() }
        let path = FilePath(arguments[1])
        let journal = JournalFile(FilePath(arguments[3]))
        var settings = FollowSettings(
            path: path,
            format: .postfix,
            spool: SpoolSettings(folder: FilePath(arguments[2]))
        )
        settings.watch.shortestPause = .milliseconds(5)
        settings.watch.longestPause = .milliseconds(10)
        settings.watch.grace = .milliseconds(500)
        settings.watch.surveyInterval = .milliseconds(500)
        settings.limits.age = .milliseconds(10)
        settings.limits.rows = 500
        let source = SourceDescription(node: "mx1", name: path.string, format: .postfix)
        let service = CollectorService(
            sources: [SourceSettings(source, .file(settings))],
            makeWriter: { _ in JournalWriter(journal) },
            logger: Logger(label: "probe")
        )
        try await service.run()
    }

    private static func follow(_ pattern: FilePattern, _ spool: SpoolSettings, _ journal: JournalFile) async throws {
        var settings = PatternSettings(pattern, format: .postfix, spool: spool)
        settings.quiet = .milliseconds(100)
        settings.openFiles = 8
        settings.watch.shortestPause = .milliseconds(5)
        settings.watch.longestPause = .milliseconds(10)
        settings.scanInterval = .milliseconds(100)
        settings.limits.age = .milliseconds(10)
        settings.limits.rows = 500
        let source = SourceDescription(node: "mx1", name: pattern.text, format: .postfix)
        let service = CollectorService(
            sources: [SourceSettings(source, .pattern(settings))],
            makeWriter: { _ in JournalWriter(journal) },
            logger: Logger(label: "probe")
        )
        try await service.run()
    }

    struct Usage: Error {}
}
