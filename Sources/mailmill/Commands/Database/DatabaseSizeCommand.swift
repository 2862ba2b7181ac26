import ArgumentParser
import PostgresServer

struct DatabaseSizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "size", abstract: "How much disk the database takes.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption

    func run() async throws {
        let size = try await global.settings().server.size()
        if output.format == .json { return Terminal.print(try EncodedJSON.text(size)) }
        let isCSV = output.format == .csv
        func text(_ count: ByteCount) -> String { isCSV ? String(count.bytes) : "\(count)" }
        var table = TextTable(columns: [.text("what"), .number(isCSV ? "bytes" : "size")])
        table.rows = [
            ["cluster \(size.cluster)", text(size.clusterBytes)],
            ["write-ahead log", text(size.writeAheadLog)],
            ["logs", text(size.logs)],
        ]
        for (name, bytes) in size.databases.sorted(by: { $0.key < $1.key }) {
            table.rows.append(["database \(name)", text(bytes)])
        }
        table.rows.append(["ballast", text(size.ballast)])
        table.rows.append(["disk, free", text(size.disk.free)])
        table.rows.append(["disk, total", text(size.disk.total)])
        Terminal.print(isCSV ? table.csv() : table.aligned())
    }
}
