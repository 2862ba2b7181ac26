import ArgumentParser
import PostgresClient
import PostgresServer

struct DatabaseHealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Everything about the server that can go wrong, and what to do about it.",
        discussion: """
            Connections, locks, the longest transaction, cache, bloat, wraparound, standbys, the archive, checkpoints, \
            disk. Exit status 0 if nothing is wrong, 1 if something is. With --queries, the statements that took most \
            time, where the extension pg_stat_statements is installed.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Also the statements that took most time.")
    var queries = false
    @OptionGroup var output: FormatOption

    func run() async throws {
        let server = try global.settings().server
        if queries { return try await printQueries(server) }
        let findings = await server.health()
        Terminal.print(try FindingsView.text(findings, output.format))
        if findings.contains(where: { $0.verdict == .wrong }) { throw ExitCode(1) }
    }

    private func printQueries(_ server: DatabaseServer) async throws {
        let connection = try await Connection.connect(server.connectionSettings(as: .monitor))
        let queries = try await HealthQuestions(connection).topQueries()
        if output.format == .json { return Terminal.print(try EncodedJSON.text(queries)) }
        var table = TextTable(columns: [
            .number("total_s"), .number("calls"), .number("mean_ms"), .number("rows"), .text("role"), .text("query"),
        ])
        table.rows = queries.map { query in
            [
                Self.tenths(query.totalMilliseconds / 1000), "\(query.calls)", Self.tenths(query.meanMilliseconds),
                "\(query.rows)", query.role, query.query,
            ]
        }
        if queries.isEmpty {
            Terminal.note(
                "nothing is known: the extension pg_stat_statements is not installed (or has counted nothing yet)"
            )
        }
        Terminal.print(output.format == .csv ? table.csv() : table.aligned())
    }

    private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
