import Collector
import Foundation
import Logging
import MailEvents
import PostgresServer
import ServiceLifecycle
import Store
import SystemPackage

extension Serving {
    /// The role `collector`: follows the logs of the settings, each with a connection of its own.
    func collector() throws -> [any Service] {
        let logger = Logger(label: "collector")
        guard !settings.sources.isEmpty else {
            logger.warning("there is no log to follow: name some under `collect` in the settings")
            return []
        }
        let connection = try access.connection(.collector)
        let replays: [any Service] = try settings.sources.filter { $0.input == .samples }.map { source in
            try makeSampleFile(source)
            return SampleReplay(lines: try Self.samples(source.format), path: samplePath(source), logger: logger)
        }
        let service = CollectorService(
            sources: try settings.sources.map(source),
            makeWriter: { _ in DatabaseWriter(session: IngestSession(connection, logger: logger)) },
            logger: logger
        )
        return [service] + replays
    }

    /// The bundled lines of a format.
    private static func samples(_ format: LogFormat) throws -> [UInt8] {
        let file = Bundle.module.bundleURL.appending(path: "samples/\(format.rawValue).log")
        guard let content = FileManager.default.contents(atPath: file.path) else {
            throw SettingsError(place: "collect", problem: "there are no samples of the format \(format.rawValue)")
        }
        return Array(content)
    }

    /// Makes the log that the samples are replayed into, so that it is there when it is looked for.
    private func makeSampleFile(_ source: Settings.Source) throws {
        let path = samplePath(source)
        let files = FileManager.default
        try files.createDirectory(atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
        guard !files.fileExists(atPath: path.string) else { return }
        guard files.createFile(atPath: path.string, contents: nil) else {
            throw SettingsError(
                place: "collector.directory",
                problem: "\(path) cannot be made; may this user write there?"
            )
        }
    }

    /// The log that the samples are replayed into.
    private func samplePath(_ source: Settings.Source) -> FilePath {
        FilePath(settings.collector.directory).appending("samples").appending("\(source.format.rawValue).log")
    }

    private func source(_ source: Settings.Source) throws -> SourceSettings {
        switch source.input {
        case .file(let path): return file(FilePath(path), of: source, isSample: false)
        case .samples: return file(samplePath(source), of: source, isSample: true)
        case .journald(let directory):
            let name = directory.map { "journald \($0)" } ?? "journald"
            var journal = JournalSettings(format: source.format)
            journal.folder = directory.map { FilePath($0) }
            journal.zone = LocalZone(TimeZone.current, years: 1990...2060)
            return SourceSettings(
                SourceDescription(node: source.node, name: name, format: source.format),
                .journal(journal)
            )
        }
    }

    private func file(_ path: FilePath, of source: Settings.Source, isSample: Bool) -> SourceSettings {
        let root = FilePath(settings.collector.directory)
        let description = SourceDescription(
            node: source.node,
            name: path.string,
            format: source.format,
            isSample: isSample
        )
        var spool = SpoolSettings(of: description, below: root.appending("spool"))
        spool.keep = settings.collector.spoolKeep
        spool.limit = settings.collector.spoolBytes
        var follow = FollowSettings(path: path, format: source.format, spool: spool)
        follow.zone = LocalZone(TimeZone.current, years: 1990...2060)
        return SourceSettings(description, .file(follow))
    }
}
