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
        let service = CollectorService(
            sources: try settings.sources.map(source),
            makeWriter: { _ in DatabaseWriter(session: IngestSession(connection, logger: logger)) },
            logger: logger
        )
        return [service]
    }

    private func source(_ source: Settings.Source) throws -> SourceSettings {
        let root = FilePath(settings.collector.directory)
        let zone = LocalZone(TimeZone.current, years: 1990...2060)
        switch source.input {
        case .file(let path):
            let description = SourceDescription(node: source.node, name: path, format: source.format)
            var spool = SpoolSettings(of: description, below: root.appending("spool"))
            spool.keep = settings.collector.spoolKeep
            spool.limit = settings.collector.spoolBytes
            var follow = FollowSettings(path: FilePath(path), format: source.format, spool: spool)
            follow.zone = zone
            return SourceSettings(description, .file(follow))
        case .journald, .samples:
            throw SettingsError(place: "collect", problem: "only files")
        }
    }
}
