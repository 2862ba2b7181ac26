package import Logging
import MailEvents
import ServiceLifecycle

/// Runs the sources of a host, each by itself: one that fails, or hangs, does not touch the others.
package struct CollectorService: Service {
    private let sources: [(status: SourceStatus, runner: SourceRunner)]

    /// - Parameters:
    ///   - makeWriter: gives each source a writer of its own.
    ///   - shutdownBound: how long a shutdown may take to commit what was read.
    package init(
        sources: [SourceSettings],
        makeWriter: (SourceDescription) -> any BatchWriter,
        time: TimeSource = .system,
        shutdownBound: Duration = .seconds(5),
        logger: Logger
    ) {
        self.sources = sources.map { source in
            var logger = logger
            logger[metadataKey: "source"] = "\(source.description.node) \(source.description.name)"
            let status = SourceStatus(source.description, logger: logger)
            let writer = SourceWriter(makeWriter(source.description), status: status, time: time)
            let input = CollectorService.input(of: source, time: time, status: status)
            let gauge = CollectorService.gauge(of: source, time: time, status: status)
            var description = source.description
            if case .pattern(let settings) = source.kind { description.filesTold = settings.filesTold }
            let runner = SourceRunner(
                source: description,
                input: input,
                writer: writer,
                status: status,
                time: time,
                shutdownBound: shutdownBound,
                samples: gauge?.samples,
                companion: CollectorService.companion(of: source, gauge, time: time, status: status)
            )
            return (status, runner)
        }
    }

    /// How the sources stand, in the order of the settings.
    package var states: [SourceState] { sources.map(\.status.state) }

    /// Runs until the service is shut down, or the task is cancelled.
    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            for source in sources {
                group.addTask { await source.runner.run() }
            }
        }
    }

    private static func input(
        of source: SourceSettings,
        time: TimeSource,
        status: SourceStatus
    ) -> any SourceInput {
        switch source.kind {
        case .file(let settings), .samples(_, let settings):
            let spooler = Spooler(settings: settings.spool, time: time)
            return LogFollower(settings: settings, spooler: spooler, time: time, status: status)
        case .journal(let settings):
            return JournalInput(settings: settings, time: time, status: status)
        case .pattern(let settings):
            return PatternInput(settings: settings, time: time, status: status)
        case .received(let spool):
            return ReceptionInput(spool: spool, time: time, status: status)
        }
    }

    private static func gauge(of source: SourceSettings, time: TimeSource, status: SourceStatus) -> QueueGauge? {
        guard let settings = source.queue else { return nil }
        return QueueGauge(settings: settings, samples: QueueSamples(), status: status, time: time)
    }

    /// What runs beside a source.
    private static func companion(
        of source: SourceSettings,
        _ gauge: QueueGauge?,
        time: TimeSource,
        status: SourceStatus
    ) -> @Sendable () async -> Void {
        switch source.kind {
        case .samples(let settings, _):
            let replay = SampleReplay(settings, status: status, time: time)
            return { await replay.run() }
        case .file, .pattern, .journal, .received:
            return { await gauge?.run() }
        }
    }
}
