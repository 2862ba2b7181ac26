import ArgumentParser
import PostgresServer

struct DatabaseKeptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kept",
        abstract: "What restores and moves have replaced: kept until it is removed here."
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "Remove what has this name; `all` for everything. There is no way back.")
    var remove: String?
    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: FormatOption

    func run() async throws {
        let settings = try global.settings()
        try ServiceAccount.become(settings.database.account)
        let kept = try await settings.server.kept()
        guard let remove else { return show(kept) }
        let chosen = kept.filter { remove == "all" || $0.name == remove }
        if remove == "all", chosen.isEmpty { return Terminal.print("nothing is kept") }
        guard !chosen.isEmpty else { throw ValidationError("nothing is kept under the name \(remove)") }
        guard try confirmation.goesOn(chosen.map { "removes the \($0.kind.rawValue) \($0.name), \($0.size)" }) else {
            return
        }
        for item in chosen {
            try await settings.server.remove(item)
            Terminal.print("removed \(item.name)")
        }
    }

    private func show(_ kept: [KeptData]) {
        var table = TextTable(columns: [.text("kind"), .text("name"), .number("size")])
        let isTable = output.format == .table
        table.rows = kept.map { [$0.kind.rawValue, $0.name, isTable ? "\($0.size)" : String($0.size.bytes)] }
        switch output.format {
        case .table: Terminal.print(kept.isEmpty ? "nothing is kept" : table.aligned())
        case .csv: Terminal.print(table.csv())
        case .json:
            let items = kept.map { item in
                JSONValue.object([
                    ("kind", .text(item.kind.rawValue)), ("name", .text(item.name)),
                    ("bytes", .whole(item.size.bytes)),
                ])
            }
            Terminal.print(JSONValue.array(items).text())
        }
    }
}
