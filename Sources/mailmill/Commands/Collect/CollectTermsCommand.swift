import ArgumentParser
import Logging
import PostgresServer
import Store

struct CollectTermsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terms",
        abstract:
            "How many domains, hosts, bindings and reasons are known, and how many texts were counted as 'other'.",
        discussion: """
            A log is an attacker's input: each kind of text has a limit, and a limit of new ones an hour. What is past them is \
            counted under the name 'other'.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    @Option(
        help: "Let so many new ones of a kind come within a day: domain=500000. Needs to be run on the database's host."
    )
    var allow: String?

    func run() async throws {
        if let allow { try await grant(allow) }
        let terms = try await DatabaseAccess(global.settings()).withPool(.report) { try await Reports($0).terms() }
        var table = TextTable(columns: [
            .text("kind"), .number("known"), .number("limit"), .number("room_now"), .number("per_hour"),
            .number("other_too_many"), .number("other_full"), .number("other_too_long"), .text("last_other"),
        ])
        for use in terms {
            table.rows.append([
                use.kind, String(use.known), String(use.limit), String(use.roomNow), String(use.perHour),
                String(use.refusedRate), String(use.refusedFull), String(use.refusedLength),
                use.lastRefusedAt.map { RFC3339.text($0) } ?? "–",
            ])
        }
        switch output.format {
        case .table: Terminal.print(table.aligned())
        case .csv: Terminal.print(table.csv())
        case .json: Terminal.print(JSONValue.array(terms.map(TermUseView.document)).text())
        }
    }

    private func grant(_ allowance: String) async throws {
        let parts = allowance.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let count = Int(parts[1]), (1...10_000_000).contains(count) else {
            throw ValidationError("--allow: expected a kind and a number such as domain=500000, found '\(allowance)'")
        }
        let isKind = try await DatabaseAccess(global.settings()).withPool(.owner) { pool in
            try await Upkeep(pool, logger: Logger(label: "mailmill")).allow(count, newTermsOf: parts[0])
        }
        guard isKind else {
            throw ValidationError("--allow: expected domain, host, binding or reason, found '\(parts[0])'")
        }
    }
}
