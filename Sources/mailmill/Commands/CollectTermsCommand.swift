import ArgumentParser
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

    func run() async throws {
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
}
