import ArgumentParser
import Foundation
import Logging
import MailEvents
import PostgresServer
import Store

struct QuarantineReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract:
            "Reads the lines in quarantine again, and counts what can be read now. Needs to be run on the database's host.",
        discussion: """
            Each line is counted once, at its own time, and leaves the quarantine in the same transaction. What cannot be read \
            stays where it is. May be interrupted and given again.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: QuarantineOptions
    @Flag(name: .customLong("dry-run"), help: "Only say how many lines can be read now.")
    var isDryRun = false

    func run() async throws {
        let settings = try global.settings()
        let access = DatabaseAccess(settings)
        let rules = try BounceRules.load(settings.collector.bounceRules) { Terminal.note("\($0)") }
        let replay = QuarantineReplay(
            zone: LocalZone(TimeZone.current, years: 1990...2060),
            session: IngestSession(
                try access.connection(.collector),
                rules: rules,
                addresses: settings.collector.addresses,
                logger: Logger(label: "replay") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        let done = try await access.withPool(.owner) { pool in
            try await replay.run(Quarantine(pool), which.filter, isDryRun: isDryRun)
        }
        Terminal.print(
            "\(done.lines) lines \(isDryRun ? "can be counted" : "counted") (\(done.events) events), "
                + "\(done.left) cannot be read"
        )
    }
}
