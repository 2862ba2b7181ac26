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

            How far each file is read stands in the database: an import that was interrupted, also by `kill -9` or the loss \
            of power, goes on where it was, by `mailmill collect import resume` or when the same command is given again. \
            While the database is slow it waits, so that what is collected live comes first. With --background it goes on \
            when the terminal is closed. `list` shows the imports of this host with their numbers, `pause`, `resume` and \
            `cancel` tell them what to do, and `status` lists each file that was ever imported.
            """,
        subcommands: [
            CollectImportFilesCommand.self, CollectImportListCommand.self, CollectImportPauseCommand.self,
            CollectImportResumeCommand.self, CollectImportCancelCommand.self, CollectImportStatusCommand.self,
        ],
        defaultSubcommand: CollectImportFilesCommand.self
    )
}

struct CollectImportFilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Counts archived logs (what `collect import FILE…` does).",
        discussion:
            "Exit status 65 if a file could not be read to its end, 75 if another import runs or this one was cancelled."
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
    @Flag(name: .customLong("background"), help: "Return at once, and go on without this terminal.")
    var isInBackground = false

    func run() async throws {
        let settings = try global.settings()
        let node = try node ?? Self.node(of: settings)
        let zone = try ZoneArgument.zone(zone)
        let paths = files.map { FilePath($0) }
        let format = try logFormat?.format ?? Self.format(of: paths, zone)
        for path in paths { _ = try ArchiveFacts(path) }
        let orders = try settings.importOrders
        let here = FilePath(FileManager.default.currentDirectoryPath)
        let order = ImportOrder(
            files: paths.map { here.pushing($0).lexicallyNormalized().string },
            node: node,
            format: format,
            zone: zone.identifier,
            isFullSpeed: isFullSpeed
        )
        // Refused before it is written down where another one runs.
        withExtendedLifetime(try orders.begin(0)) {}
        let number = try orders.add(order)
        try await ImportRun(orders, number, settings).start(inBackground: isInBackground, global, output)
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
}
