import ArgumentParser
import Foundation
import PostgresServer
import Store

struct CollectQuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Lines that could not be read: look at them, count them after a fix, or drop them.",
        discussion: "Lines are kept for 30 days.",
        subcommands: [
            QuarantineListCommand.self, QuarantineReplayCommand.self, QuarantineDropCommand.self,
        ],
        defaultSubcommand: QuarantineListCommand.self
    )
}

/// Which lines are meant.
struct QuarantineOptions: ParsableArguments {
    @Option(help: "Only of this node.")
    var node: String?
    @Option(help: "Only of this source: the path of a log, journald, import.")
    var source: String?
    @Option(help: "Only for this reason, as the list shows it.")
    var reason: String?

    var filter: QuarantineFilter { QuarantineFilter(node: node, source: source, reason: reason) }
}

struct QuarantineListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lines in quarantine by source and reason, with some of them."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption
    @OptionGroup var which: QuarantineOptions

    func run() async throws {
        let groups = try await DatabaseAccess(global.settings()).withPool(.report) {
            try await Quarantine($0).groups(which.filter)
        }
        var table = TextTable(columns: [
            .text("node"), .text("source"), .text("format"), .number("lines"), .text("last_stored_at"), .text("reason"),
            .text("sample"),
        ])
        for group in groups {
            table.rows.append([
                group.node, group.source, group.format, String(group.lines), RFC3339.text(group.lastStoredAt),
                group.reason, group.samples.first ?? "",
            ])
        }
        switch output.format {
        case .table: Terminal.print(groups.isEmpty ? "nothing is in quarantine" : Self.text(groups))
        case .csv: Terminal.print(table.csv())
        case .json: Terminal.print(JSONValue.array(groups.map(Self.document)).text())
        }
    }

    /// A group a paragraph: lines of logs are too long for a table.
    private static func text(_ groups: [QuarantineGroup]) -> String {
        groups.map { group in
            let title = "\(group.lines) × \(group.reason)\n  \(group.node), \(group.source) (\(group.format)), "
            let times = "\(RFC3339.text(group.firstStoredAt)) to \(RFC3339.text(group.lastStoredAt))"
            return ([title + times] + group.samples.map { "    \($0.prefix(200))" }).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private static func document(_ group: QuarantineGroup) -> JSONValue {
        .object([
            ("node", .text(group.node)), ("source", .text(group.source)), ("format", .text(group.format)),
            ("reason", .text(group.reason)), ("lines", .whole(group.lines)),
            ("first_stored_at", JSONValue(group.firstStoredAt)), ("last_stored_at", JSONValue(group.lastStoredAt)),
            ("samples", .array(group.samples.map { .text($0) })),
        ])
    }
}

struct QuarantineDropCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Deletes lines from quarantine; they are never counted then. Needs to be run on the database's host."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var which: QuarantineOptions
    @Flag(help: "Do not ask.")
    var yes = false
    @Flag(name: .customLong("dry-run"), help: "Only say how many.")
    var isDryRun = false

    func run() async throws {
        try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            let quarantine = Quarantine(pool)
            let lines = try await quarantine.groups(which.filter).reduce(0) { $0 + $1.lines }
            if isDryRun || lines == 0 { return Terminal.print("\(lines) lines would be dropped") }
            guard yes || Self.asks("drop \(lines) lines, which are never counted then? [y/N] ") else {
                throw ValidationError("nothing was dropped; say --yes where nobody can be asked")
            }
            Terminal.print("\(try await quarantine.drop(which.filter)) lines dropped")
        }
    }

    private static func asks(_ question: String) -> Bool {
        guard isatty(STDIN_FILENO) == 1 else { return false }
        FileHandle.standardError.write(Data(question.utf8))
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }
}
