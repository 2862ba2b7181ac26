import Collector
import Foundation
import Logging
import MailEvents
import PostgresServer
import Store
import Synchronization
import SystemPackage

/// Does what an import was asked for: here, or in a process of its own.
struct ImportRun: Sendable {
    private let orders: ImportOrders
    private let number: Int
    private let settings: Settings

    init(_ orders: ImportOrders, _ number: Int, _ settings: Settings) {
        self.orders = orders
        self.number = number
        self.settings = settings
    }

    /// Runs it to its end and prints what became of each file; or starts it in the background and says so.
    ///
    /// - Throws: the exit status where not all was read.
    func start(inBackground isInBackground: Bool, _ global: GlobalOptions, _ output: FormatOption) async throws {
        guard !isInBackground else { return try detach(global) }
        let outcomes = try await run()
        output.print(outcomes)
        if outcomes.contains(where: { $0.result == .cancelled }) {
            Terminal.note("mailmill: import \(number) was cancelled; what is counted stays counted")
            throw ExitStatus.temporaryFailure
        }
        for outcome in outcomes {
            if case .failed = outcome.result { throw ExitStatus.dataError }
        }
    }

    /// The same program again, in a session of its own, which outlives this terminal, and behind everything else on the
    /// processors.
    private func detach(_ global: GlobalOptions) throws {
        let path = orders.output(of: number)
        let output: FileDescriptor
        do {
            output = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .append, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead]
            )
        } catch let code as Errno {
            throw CollectorError.file(path: path.string, operation: "create", code: code)
        }
        defer {
            // The other process has its own; nothing was written by this one.
            try? output.close()
        }
        let nothing = try FileDescriptor.open("/dev/null", .readOnly)
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        _ = try ChildProcess.spawn(
            "/usr/bin/nice",
            arguments: ["-n", "10", program, "collect", "import", "resume", String(number), "--detached"]
                + global.arguments,
            environment: ProcessInfo.processInfo.environment,
            input: nothing,
            output: output,
            errors: output,
            ownSession: true
        )
        Terminal.print("import \(number) runs in the background: `mailmill collect import list` tells how far it is")
        Terminal.note("what it says goes to \(path)")
    }

    private func run() async throws -> [ImportOutcome] {
        let order = try orders.find(number).order
        guard let format = LogFormat(rawValue: order.format) else {
            throw InputError(
                path: "import \(number)",
                problem: "its format '\(order.format)' is not known to this release"
            )
        }
        let lock = try orders.begin(number)
        var files: [ArchiveFacts] = []
        var outcomes: [ImportOutcome] = []
        for file in order.files {
            do {
                files.append(try ArchiveFacts(FilePath(file)))
            } catch let error as CollectorError {
                outcomes.append(ImportOutcome(file: file, result: .failed(reason: "\(error)")))
            }
        }
        let display = ImportDisplay(orders, number)
        let work = ArchiveImport(
            node: order.node,
            format: format,
            zone: LocalZone(try ZoneArgument.zone(order.zone), years: 1990...2060),
            writer: DatabaseWriter(
                session: IngestSession(
                    try DatabaseAccess(settings).connection(.collector),
                    rules: try BounceRules.load(settings.collector.bounceRules) { Terminal.note("\($0)") },
                    addresses: settings.collector.addresses,
                    logger: Logger(label: "import") { _ in SwiftLogNoOpLogHandler() }
                ),
                memory: EpochMemory(directory: settings.collector.directory)
            ),
            isFullSpeed: order.isFullSpeed,
            wish: { [orders, number] in orders.wish(of: number) },
            tell: { display.show($0) }
        )
        Memory.giveBack()
        outcomes = try await work.run(files) + outcomes
        display.end(
            isFinished: !outcomes.contains { $0.result == .cancelled },
            unopened: order.files.count - files.count
        )
        withExtendedLifetime(lock) {}
        return outcomes
    }
}

/// Shows how far an import is, to whoever sits before it and to `collect import list`.
private final class ImportDisplay: Sendable {
    private struct Content {
        var newest = ImportProgress()
        var notedAt: ContinuousClock.Instant?
    }

    private let bar = ProgressBar()
    private let begunAt = ContinuousClock.now
    private let content = Mutex(Content())
    private let orders: ImportOrders
    private let number: Int

    init(_ orders: ImportOrders, _ number: Int) {
        self.orders = orders
        self.number = number
    }

    func show(_ progress: ImportProgress) {
        bar.show(progress)
        let now = ContinuousClock.now
        let isDue = content.withLock { content in
            let isNews = content.newest.waiting != progress.waiting
            content.newest = progress
            if let notedAt = content.notedAt, now - notedAt < .seconds(1), !isNews { return false }
            content.notedAt = now
            return true
        }
        if isDue { note(progress) }
    }

    func end(isFinished: Bool, unopened: Int) {
        bar.end()
        var progress = content.withLock { $0.newest }
        progress.failures += unopened
        note(progress, isFinished: isFinished)
    }

    private func note(_ progress: ImportProgress, isFinished: Bool = false) {
        let elapsed = begunAt.duration(to: .now)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        // A disk that is full for a moment must not end an import: only its list knows less.
        try? orders.note(ImportState(progress, seconds: seconds, isFinished: isFinished), of: number)
    }
}

extension Settings {
    /// The imports of this host.
    var importOrders: ImportOrders {
        get throws { try ImportOrders(FilePath(collector.directory).appending("import")) }
    }
}

extension GlobalOptions {
    /// As another process of this program takes them.
    var arguments: [String] {
        (config.map { ["--config", $0] } ?? []) + set.flatMap { ["--set", $0] }
    }
}
