import ArgumentParser
import PostgresClient
import PostgresServer
import Store

/// What every report takes, beside the traffic report.
struct ReportOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    @OptionGroup var time: PeriodOptions
    @OptionGroup var filter: FilterOptions
    @Option(help: "Rows of each table at most.")
    var limit: Int = 50
    @Option(help: "Which page of a long list of reasons; the first is 1.")
    var page: Int = 1
    @Option(help: "Which table CSV holds (default: the first).")
    var table: String?

    func validate() throws {
        guard (1...10_000).contains(limit) else {
            throw ValidationError("--limit: expected 1 to 10000, found \(limit)")
        }
        guard page >= 1 else { throw ValidationError("--page: expected 1 or more, found \(page)") }
    }

    func query(domain: String?) throws -> TrafficQuery { filter.query(try time.period(), domain: domain) }

    /// A page of the failures of some kinds.
    func failures(_ query: TrafficQuery, _ kinds: [FailureKind], by keys: [FailureKey]) -> FailureQuery {
        FailureQuery(query, kinds: kinds, by: keys, limit: limit, offset: (page - 1) * limit)
    }

    /// Reads a page in one snapshot, and prints it.
    func print(_ read: (ReportSnapshot) async throws -> ReportPage) async throws {
        let page = try await DatabaseAccess(global.settings()).withPool(.report) { pool in
            try await Reports(pool).snapshot(read)
        }
        switch output.format {
        case .table: Terminal.print(page.table())
        case .json: Terminal.print(page.json().text())
        case .csv:
            guard let text = page.csv(table) else {
                let names = page.tables.map(\.name).joined(separator: ", ")
                throw ValidationError("--table: there is no table '\(table ?? "")' in this report; it has \(names)")
            }
            Terminal.print(text)
        }
    }
}
