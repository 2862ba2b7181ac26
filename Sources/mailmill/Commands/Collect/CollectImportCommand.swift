import ArgumentParser
import Collector
import Foundation
import Logging
import MailEvents
import PostgresServer
import Store
import SystemPackage

struct CollectImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Counts archived logs, plain or compressed, each of their lines exactly once.",
        discussion: """
            The newest file is read first. A file is known by its content: one that was imported or followed before, under \
            whatever name, or its compressed copy, is not counted again; where rotated files were joined, those at its \
            beginning that are counted are passed over. Events older than what is kept raw are counted in the reports that \
            still hold their time.

            How far each file is read stands in the database: an import that was interrupted goes on when the same command \
            is given again. While the database is slow it waits, so that what is collected live comes first. \
            `mailmill collect import status` lists what was imported.
            """,
        subcommands: [CollectImportFilesCommand.self, CollectImportStatusCommand.self],
        defaultSubcommand: CollectImportFilesCommand.self
    )
}

struct CollectImportFilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Counts archived logs (what `collect import FILE…` does).",
        discussion: "Exit status 65 if a file could not be read to its end, 75 if another import runs."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: FormatOption
    @Argument(help: "The files, in any order.")
    var files: [String]
    @Option(name: .customLong("log-format"), help: "Their format: \(LogFormat.names). Left out, the first lines tell.")
    var logFormat: LogFormatArgument?
    @Option(help: "The mail server that wrote them (default: the node of the settings, if there is only one).")
    var node: String?
    @Option(help: "Time zone of stamps that carry none (default: this machine's): Europe/Berlin, UTC.")
    var zone: String?
    @Flag(name: .customLong("full-speed"), help: "Do not wait for what is collected live.")
    var isFullSpeed = false

    func run() async throws {
        let settings = try global.settings()
        let node = try node ?? Self.node(of: settings)
        let zone = try ZoneArgument.zone(zone)
        let paths = files.map { FilePath($0) }
        let format = try logFormat?.format ?? Self.format(of: paths, zone)
        let lock = try ImportLock(FilePath(settings.collector.directory).appending("import"))
        let outcomes = try await Self.importing(
            try paths.map { try ArchiveFile($0, format: format, zone: LocalZone(zone, years: 1990...2060)) },
            node: node,
            format: format,
            settings,
            isFullSpeed: isFullSpeed
        )
        withExtendedLifetime(lock) {}
        print(outcomes)
        for outcome in outcomes {
            if case .failed = outcome.result { throw ExitStatus.dataError }
        }
    }

    private static func importing(
        _ archives: [ArchiveFile],
        node: String,
        format: LogFormat,
        _ settings: Settings,
        isFullSpeed: Bool
    ) async throws -> [ImportOutcome] {
        let logger = Logger(label: "import") { _ in SwiftLogNoOpLogHandler() }
        let session = IngestSession(
            try DatabaseAccess(settings).connection(.collector),
            rules: try BounceRules.load(settings.collector.bounceRules) { Terminal.note("\($0)") },
            addresses: settings.collector.addresses,
            logger: logger
        )
        let bar = ProgressBar()
        let work = ArchiveImport(
            node: node,
            format: format,
            writer: DatabaseWriter(session: session, memory: EpochMemory(directory: settings.collector.directory)),
            isFullSpeed: isFullSpeed,
            tell: { bar.show($0) }
        )
        let outcomes = try await work.run(archives)
        bar.end()
        return outcomes
    }

    private static func node(of settings: Settings) throws -> String {
        let nodes = Set(settings.sources.map(\.node))
        guard nodes.count == 1, let node = nodes.first else {
            throw ValidationError("--node: the settings name \(nodes.count) nodes; say which of them wrote the files")
        }
        return node
    }

    /// The one format of all files.
    private static func format(of paths: [FilePath], _ zone: TimeZone) throws -> LogFormat {
        var formats: [LogFormat] = []
        for path in paths {
            let found = try FormatFinding.find(path, zone: zone)
            guard let format = found.format else {
                throw InputError(path: path.string, problem: "\(found.reason); name its format with --log-format")
            }
            if formats.isEmpty { Terminal.note("\(format.rawValue): \(found.reason)") }
            formats.append(format)
        }
        guard Set(formats).count == 1, let format = formats.first else {
            throw ValidationError(
                "the files are of several formats (\(Set(formats).map(\.rawValue).sorted())): import them one by one"
            )
        }
        return format
    }

    private func print(_ outcomes: [ImportOutcome]) {
        var table = TextTable(columns: [
            .text("file"), .text("result"), .number("lines"), .number("events"), .number("quarantined"),
        ])
        var documents: [JSONValue] = []
        for outcome in outcomes {
            table.rows.append([
                outcome.file, outcome.result.text,
                String(outcome.lines), String(outcome.events), String(outcome.quarantined),
            ])
            documents.append(
                .object([
                    ("file", .text(outcome.file)), ("result", .text(outcome.result.text)),
                    ("lines", .whole(outcome.lines)), ("events", .whole(outcome.events)),
                    ("quarantined", .whole(outcome.quarantined)),
                ])
            )
        }
        switch output.format {
        case .table: Terminal.print(table.aligned())
        case .csv: Terminal.print(table.csv())
        case .json: Terminal.print(JSONValue.array(documents).text())
        }
    }
}

extension ImportOutcome.Result {
    fileprivate var text: String {
        switch self {
        case .imported: "imported"
        case .alreadyCounted: "already counted"
        case .failed(let reason): "failed: \(reason)"
        }
    }
}
