import ArgumentParser
import PostgresServer
import Store

struct ReportTrafficCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traffic",
        abstract: "Receptions, deliveries, failures and rejections over a period.",
        discussion: """
            Times are RFC 3339 (2026-03-05T04:00:00Z), a date alone is its midnight UTC. Without --from and --to: the \
            last hour. Every figure is complete at every instant; "complete until" says how far the logs have been read.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    @OptionGroup var time: PeriodOptions
    @OptionGroup var filter: FilterOptions
    @Option(help: "Rows told apart by: domain, binding, both, node or minute.")
    var by: GroupingArgument?
    @Option(help: "Only this domain.")
    var domain: String?

    func run() async throws {
        let settings = try global.settings()
        let query = filter.query(try time.period(), domain: domain)
        let report = try await DatabaseAccess(settings).withPool(.report) { pool in
            try await Reports(pool).traffic(query, by: by?.grouping)
        }
        let view = TrafficReportView(report: report, grouping: by?.grouping)
        switch output.format {
        case .table: Terminal.print(view.table())
        case .json: Terminal.print(view.json().text())
        case .csv: Terminal.print(view.rows().csv())
        }
    }
}

/// `--by`.
struct GroupingArgument: ExpressibleByArgument {
    var grouping: TrafficGrouping

    init?(argument: String) {
        guard let grouping = TrafficGrouping(rawValue: argument) else { return nil }
        self.grouping = grouping
    }

    static var allValueStrings: [String] { TrafficGrouping.allCases.map(\.rawValue) }
}
