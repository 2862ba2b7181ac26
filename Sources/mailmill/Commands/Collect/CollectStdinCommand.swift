import ArgumentParser
import Collector
import Logging
import MailEvents
import PostgresServer
import ServiceLifecycle
import Store
import UnixSignals

struct CollectStdinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stdin",
        abstract: "Counts the lines of standard input.",
        discussion: """
            For a log that comes through a pipe: a syslog daemon's program output, `ssh mx1 tail -F mail.log |`. Lines \
            are made safe in the spool as they come, whatever the database does, and are counted from there. Ends when \
            the input has ended and everything is counted. What a signal or a crash leaves in the spool is counted by \
            the next run of the same node, format and name. Two of the same cannot run at once.
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(name: .long, help: "Format of the lines: \(LogFormat.names).")
    var format: LogFormatArgument

    @Option(name: .long, help: "Name of the mail server in every report.")
    var node: String

    @Option(name: .long, help: "Tells apart several inputs of one node and format.")
    var name: String?

    func run() async throws {
        let settings = try global.settings()
        LoggingSystem.bootstrap { [level = settings.logLevel] label in LineLog(label: label, level: level) }
        let logger = Logger(label: "collector")
        let description = SourceDescription(
            node: node,
            name: name.map { "standard input \($0)" } ?? "standard input",
            format: format.format
        )
        let spool = settings.receptionSpool(of: description)
        try await spool.open()
        let connection = try DatabaseAccess(settings, logger: Logger(label: "database")).connection(.collector)
        let rules = try BounceRules.load(settings.collector.bounceRules) { logger.warning("\($0)") }
        let memory = EpochMemory(directory: settings.collector.directory)
        let collector = CollectorService(
            sources: [SourceSettings(description, .received(spool))],
            makeWriter: { [addresses = settings.collector.addresses] _ in
                DatabaseWriter(
                    session: IngestSession(connection, rules: rules, addresses: addresses, logger: logger),
                    memory: memory
                )
            },
            logger: logger
        )
        let input = InputUntilCounted(spool: spool)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: collector),
                    .init(service: input, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "collect")
            )
        )
        try await group.run()
        guard spool.uncounted > 0 else { return }
        Terminal.note(
            "mailmill: \(spool.uncounted) bytes are in the spool and not counted yet; run the same command again"
        )
        throw ExitStatus.temporaryFailure
    }
}

/// Reads standard input to its end, and ends once all of it is counted.
private struct InputUntilCounted: Service, CustomStringConvertible {
    let spool: ReceptionSpool

    var description: String { "standard input" }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await StandardInput(spool: spool).run()
            let clock = ContinuousClock()
            while spool.uncounted > 0, !Task.isCancelled {
                // A cancelled sleep ends the loop by its condition.
                try? await clock.sleep(for: .milliseconds(20))
            }
        }
    }
}
