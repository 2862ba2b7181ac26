import Collector
import Foundation
import Logging
import MailEvents
import PostgresServer
import ServiceLifecycle
import Store
import SystemPackage

extension Serving {
    /// The role `collector`: follows the logs of the settings, each with a connection of its own; and what receives what
    /// is sent to us, which does not wait for the database.
    func collector() throws -> (followers: [any Service], receivers: [any Service]) {
        let logger = Logger(label: "collector")
        guard !settings.sources.isEmpty else {
            logger.warning("there is no log to follow: name some under `collect` in the settings")
            return ([], [])
        }
        let connection = try access.connection(.collector)
        let rules = try BounceRules.load(settings.collector.bounceRules) { logger.warning("\($0)") }
        Memory.giveBack()
        let memory = EpochMemory(directory: settings.collector.directory)
        let receptions = settings.sources.compactMap { reception(of: $0) }
        let service = CollectorService(
            sources: try settings.sources.map { source in
                let spool = receptions.first { $0.source.isSame(as: source) }?.spool
                return try self.source(source, spool, logger)
            },
            makeWriter: { [addresses = settings.collector.addresses] _ in
                DatabaseWriter(
                    session: IngestSession(connection, rules: rules, addresses: addresses, logger: logger),
                    memory: memory
                )
            },
            logger: logger
        )
        return ([service], try receivers(receptions))
    }

    /// The bundled lines of a format, and the log that they are replayed into.
    private func samples(_ format: LogFormat) -> SampleSettings {
        let lines = Bundle.module.bundleURL.appending(path: "samples/\(format.rawValue).log").path
        let log = FilePath(settings.collector.directory).appending("samples").appending("\(format.rawValue).log")
        var samples = SampleSettings(lines: [FilePath(lines)], format: format, log: log)
        samples.history = .seconds(3600)
        return samples
    }

    private func source(
        _ source: Settings.Source,
        _ spool: ReceptionSpool?,
        _ logger: Logger
    ) throws -> SourceSettings {
        let format = try format(of: source, logger)
        if let spool {
            let description = SourceDescription(node: source.node, name: source.name, format: format)
            return measured(SourceSettings(description, .received(spool)), source)
        }
        switch source.input {
        case .file(let path):
            let (description, follow) = following(FilePath(path), format, of: source, isSample: false)
            return measured(SourceSettings(description, .file(follow)), source)
        case .pattern(let pattern):
            let description = SourceDescription(node: source.node, name: source.name, format: format)
            var settings = PatternSettings(FilePattern(pattern), format: format, spool: spoolSettings(of: description))
            settings.zone = LocalZone(TimeZone.current, years: 1990...2060)
            return measured(SourceSettings(description, .pattern(settings)), source)
        case .samples:
            let samples = samples(format)
            let (description, follow) = following(samples.log, format, of: source, isSample: true)
            return SourceSettings(description, .samples(samples, follow))
        case .syslog, .hook:
            throw SettingsError(place: "collect", problem: "'format' is missing")
        case .journald(let directory):
            var journal = JournalSettings(format: format)
            journal.folder = directory.map { FilePath($0) }
            journal.zone = LocalZone(TimeZone.current, years: 1990...2060)
            let description = SourceDescription(node: source.node, name: source.name, format: format)
            return measured(SourceSettings(description, .journal(journal)), source)
        }
    }

    /// The format that the settings name, else the one that the log's first lines tell.
    private func format(of source: Settings.Source, _ logger: Logger) throws -> LogFormat {
        if let format = source.format { return format }
        guard case .file(let path) = source.input else {
            throw SettingsError(place: "collect", problem: "'format' is missing")
        }
        let found = try FormatFinding.find(InputFile(path), zone: .current)
        guard let format = found.format else {
            throw SettingsError(place: "collect", problem: "\(path): \(found.reason); name its format with 'format:'")
        }
        logger.notice("\(path) is read as \(format.rawValue): \(found.reason)")
        return format
    }

    /// With the sizes of the server's queue, where they are wanted and can be told.
    private func measured(_ settings: SourceSettings, _ source: Settings.Source) -> SourceSettings {
        guard source.samplesQueue, let server = server(of: settings.description.format, source) else { return settings }
        var settings = settings
        var gauge = QueueGaugeSettings(server)
        if server == .postfix { gauge.arguments = source.postfixConfiguration.map { ["-c", $0] } ?? [] }
        settings.queue = gauge
        return settings
    }

    /// Who tells the queue of a source's node; nil where nobody does.
    private func server(of format: LogFormat, _ source: Settings.Source) -> QueueGaugeSettings.Server? {
        switch format {
        case .postfix: .postfix
        case .exim: .exim
        case .kumomta: source.queueAddress.map { .kumomta($0) }
        case .momentumMainlog, .momentumBouncelog, .momentumRejectlog, .momentumFbllog, .momentumJSON:
            source.queueAddress.map { .momentum($0) }
        case .powermta: nil
        }
    }

    private func following(
        _ path: FilePath,
        _ format: LogFormat,
        of source: Settings.Source,
        isSample: Bool
    ) -> (SourceDescription, FollowSettings) {
        let description = SourceDescription(
            node: source.node,
            name: path.string,
            format: format,
            isSample: isSample
        )
        var follow = FollowSettings(path: path, format: format, spool: spoolSettings(of: description))
        follow.zone = LocalZone(TimeZone.current, years: 1990...2060)
        return (description, follow)
    }

    private func spoolSettings(of source: SourceDescription) -> SpoolSettings {
        var spool = SpoolSettings(of: source, below: FilePath(settings.collector.directory).appending("spool"))
        spool.keep = settings.collector.spoolKeep
        spool.limit = settings.collector.spoolBytes
        return spool
    }
}
