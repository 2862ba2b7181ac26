import ArgumentParser
import PostgresClient
import PostgresServer
import Store

struct DatabaseSizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "size",
        abstract: "How much disk the database takes, by grain; how it grows, and when the disk will be full.",
        discussion: """
            What comes a day is measured on the last whole partitions of each table. With --if, also what another time of \
            keeping would give: --if events=7 --if minutes=30 (days).
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption
    @Option(name: .customLong("if"), help: "Days to keep events, minutes, hours or days, for a try: GRAIN=DAYS.")
    var changes: [KeptChange] = []

    func run() async throws {
        let settings = try global.settings()
        let size = try await settings.server.size()
        let storage = try await storage(settings, of: size)
        switch output.format {
        case .json:
            let cluster = try EncodedJSON.text(size).dropLast().trimmingSuffix(while: \.isWhitespace)
            let grains = storage?.json ?? .null
            Terminal.print("\(cluster),\n  \"storage\": \(grains.text(level: 1))\n}")
        case .csv:
            Terminal.print(Self.files(size, isCSV: true).csv())
            if let storage { Terminal.print("\r\n" + storage.text(csv: true)) }
        case .table:
            Terminal.print(Self.files(size, isCSV: false).aligned())
            Terminal.print("\n" + (storage?.text(csv: false) ?? "the server does not answer: no figures by grain"))
        }
    }

    /// nil while the server is away, or its schema is older.
    private func storage(_ settings: Settings, of size: DatabaseSize) async throws -> StorageView? {
        guard !size.databases.isEmpty else { return nil }
        let relations: [StoredRelation]
        do {
            relations = try await DatabaseAccess(settings).withPool(.report) { try await Retention($0).storage() }
        } catch let error as PostgresClientError where error.sqlState == .undefinedFunction {
            return nil
        }
        var rules: RetentionRules?
        for change in changes {
            var changed = rules ?? settings.retention
            changed.keep(change.grain, days: change.days)
            rules = changed
        }
        if let problem = rules?.problem { throw ValidationError(problem) }
        let room = try settings.server.diskRoom()
        return StorageView(relations, room: room.free.bytes - room.reserve.stopsIngestBelow.bytes, keeping: rules)
    }

    private static func files(_ size: DatabaseSize, isCSV: Bool) -> TextTable {
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
        return table
    }
}

/// `events=7`
struct KeptChange: ExpressibleByArgument {
    let grain: RetentionRules.Grain
    let days: Int32

    init?(argument: String) {
        let parts = argument.split(separator: "=")
        guard parts.count == 2, let grain = RetentionRules.Grain(rawValue: String(parts[0])),
            let days = Int32(parts[1]),
            days > 0
        else { return nil }
        self.grain = grain
        self.days = days
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return rest
    }
}
