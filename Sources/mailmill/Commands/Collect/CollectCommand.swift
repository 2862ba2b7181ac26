import ArgumentParser
import Foundation
import PostgresServer
import Store

struct CollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "What is collected, and how far.",
        subcommands: [
            CollectStatusCommand.self, CollectImportCommand.self, CollectQuarantineCommand.self,
            CollectTermsCommand.self,
        ],
        defaultSubcommand: CollectStatusCommand.self
    )
}

struct CollectStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Each followed log: how far it is read, how much is waiting, what could not be read."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let (nodes, terms) = try await DatabaseAccess(global.settings()).withPool(.report) { pool in
            let now = Date()
            let reports = Reports(pool)
            let period = Period(from: now.addingTimeInterval(-3600), to: now)
            return (try await reports.status(over: period), try await reports.terms())
        }
        var table = TextTable(columns: [
            .text("node"), .text("source"), .text("format"), .text("state"), .text("complete_until"),
            .number("lag_bytes"), .number("lines"), .number("events"), .number("quarantined"), .text("last_error"),
        ])
        var documents: [JSONValue] = []
        for node in nodes {
            for source in node.sources {
                let state = Self.state(source, of: node)
                table.rows.append([
                    node.node, source.name, source.format, state,
                    source.completeUntil.map { RFC3339.text($0) } ?? "–",
                    String(source.lagBytes), String(source.lines), String(source.events), String(source.quarantined),
                    source.lastError ?? "",
                ])
                documents.append(Self.document(source, of: node, state: state))
            }
        }
        switch output.format {
        case .table:
            Terminal.print(
                nodes.isEmpty
                    ? "no collector has reported yet; name a log under 'collect' in the settings and run `mailmill serve`"
                    : table.aligned()
            )
            for use in terms where use.refused > 0 { Terminal.print(TermUseView.sentence(use)) }
        case .csv: Terminal.print(table.csv())
        case .json: Terminal.print(JSONValue.array(documents).text())
        }
    }

    /// A source's own state: its collector's last word is young enough, and no error stands.
    private static func state(_ source: SourceStatus, of node: NodeStatus) -> String {
        guard let last = source.lastReportAt, last.timeIntervalSinceNow > -30 else { return "silent" }
        return source.lastError == nil ? "following" : "failing"
    }

    private static func document(_ source: SourceStatus, of node: NodeStatus, state: String) -> JSONValue {
        .object([
            ("node", .text(node.node)),
            ("source", .text(source.name)),
            ("format", .text(source.format)),
            ("sample", .flag(source.isSample)),
            ("state", .text(state)),
            ("complete_until", JSONValue(source.completeUntil)),
            ("newest_line_at", JSONValue(source.newestLineAt)),
            ("last_report_at", JSONValue(source.lastReportAt)),
            ("lag_bytes", .whole(source.lagBytes)),
            ("lines", .whole(source.lines)),
            ("events", .whole(source.events)),
            ("quarantined", .whole(source.quarantined)),
            ("last_error", JSONValue(source.lastError)),
            ("last_error_at", JSONValue(source.lastErrorAt)),
        ])
    }
}
