import ArgumentParser
import PostgresServer
import Store

struct CollectImportStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Each file that was imported, the newest first, and how far it is read."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let files = try await DatabaseAccess(global.settings()).withPool(.report) { try await Reports($0).imports() }
        var table = TextTable(columns: [
            .text("node"), .text("file"), .text("format"), .number("bytes"), .number("lines"), .number("events"),
            .number("quarantined"), .text("newest_line_at"), .text("updated_at"),
        ])
        var documents: [JSONValue] = []
        for file in files {
            table.rows.append([
                file.node, file.file, file.format, String(file.bytes), String(file.lines), String(file.events),
                String(file.quarantined), file.newestLineAt.map { RFC3339.text($0) } ?? "–",
                RFC3339.text(file.updatedAt),
            ])
            documents.append(
                .object([
                    ("node", .text(file.node)), ("file", .text(file.file)), ("format", .text(file.format)),
                    ("bytes", .whole(file.bytes)), ("lines", .whole(file.lines)), ("events", .whole(file.events)),
                    ("quarantined", .whole(file.quarantined)), ("newest_line_at", JSONValue(file.newestLineAt)),
                    ("updated_at", JSONValue(file.updatedAt)),
                ])
            )
        }
        switch output.format {
        case .table: Terminal.print(files.isEmpty ? "nothing was imported yet" : table.aligned())
        case .csv: Terminal.print(table.csv())
        case .json: Terminal.print(JSONValue.array(documents).text())
        }
    }
}
