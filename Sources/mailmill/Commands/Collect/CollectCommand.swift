import ArgumentParser
import Foundation
import PostgresServer
import Store

struct CollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "What is collected, and how far.",
        subcommands: [
            CollectStatusCommand.self, CollectImportCommand.self, CollectStdinCommand.self,
            CollectQuarantineCommand.self, CollectTermsCommand.self,
        ],
        defaultSubcommand: CollectStatusCommand.self
    )
}

struct CollectStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Each followed log: how far it is read, how much is waiting, what could not be read.",
        discussion: """
            States: following; behind (more than a minute); failing (its collector says why); silent (its collector has not been \
            heard of for 30 s: collectors report every 3 s, also when nothing happens in the log).
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let now = Date()
        let (nodes, terms) = try await DatabaseAccess(global.settings()).withPool(.report) { pool in
            let reports = Reports(pool)
            let period = Period(from: now.addingTimeInterval(-3600), to: now)
            return (try await reports.status(over: period), try await reports.terms())
        }
        var table = TextTable(columns: [
            .text("node"), .text("source"), .text("format"), .text("state"), .text("complete_until"),
            .number("lag_seconds"), .number("lag_bytes"), .number("heartbeat_seconds"), .number("lines"),
            .number("events"), .number("quarantined"), .text("last_error"),
        ])
        var documents: [JSONValue] = []
        for node in nodes {
            for source in node.sources {
                let state = source.condition(at: now).rawValue
                func seconds(_ value: Double?) -> String { value.map { String(Int($0)) } ?? "–" }
                table.rows.append([
                    node.node, source.name, source.format, state,
                    source.completeUntil.map { RFC3339.text($0) } ?? "–",
                    seconds(source.lagSeconds(at: now)), String(source.lagBytes),
                    seconds(source.heartbeatSeconds(at: now)),
                    String(source.lines), String(source.events), String(source.quarantined),
                    source.lastError ?? "",
                ])
                documents.append(Self.document(source, of: node, at: now))
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

    private static func document(_ source: SourceStatus, of node: NodeStatus, at now: Date) -> JSONValue {
        .object([
            ("node", .text(node.node)),
            ("source", .text(source.name)),
            ("format", .text(source.format)),
            ("sample", .flag(source.isSample)),
            ("state", .text(source.condition(at: now).rawValue)),
            ("complete_until", JSONValue(source.completeUntil)),
            ("newest_line_at", JSONValue(source.newestLineAt)),
            ("last_report_at", JSONValue(source.lastReportAt)),
            ("lag_seconds", JSONValue(source.lagSeconds(at: now).map { Int64($0) })),
            ("lag_bytes", .whole(source.lagBytes)),
            ("heartbeat_seconds", JSONValue(source.heartbeatSeconds(at: now).map { Int64($0) })),
            ("lines", .whole(source.lines)),
            ("events", .whole(source.events)),
            ("quarantined", .whole(source.quarantined)),
            ("last_error", JSONValue(source.lastError)),
            ("last_error_at", JSONValue(source.lastErrorAt)),
        ])
    }
}
