internal import Dispatch
internal import FoundationEssentials
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// The program that becomes the server. `mailmill` runs itself again with the hidden command `database-launcher`, as
/// the lock of the cluster directory must be held by the server itself, and root must be given up for good; both need
/// a process of their own. Everything written inside the root folder is written here, as the account.
package enum ServerLauncher {
    /// Reads an order from standard input, obeys, and reports on standard output.
    package static func main(arguments: [String] = []) -> Never {
        signal(SIGPIPE, SIG_IGN)  // the commander may be gone; an initialisation goes on to its end
        let report = ReportChannel()
        do {
            closeInheritedDescriptors(except: report.descriptor)
            let input = try FileDescriptor.standardInput.readToEnd()
            let order = try JSONDecoder().decode(LaunchOrder.self, from: Data(input))
            try settle(order)
            switch order.task {
            case .initialise: try ClusterMaking(order: order, report: report).run()
            case .start(let start): try ServerStarting(order: order, start: start, report: report).run()
            case .configure: try configure(order, report)
            case .establishBallast: try establishBallast(order)
            case .copyStandby(let source): try StandbyMaking(order: order, source: source, report: report).run()
            case .upgrade(let upgrade):
                let work = UpgradeWork(order: order, upgrade: upgrade, report: report)
                try waitFor { try await work.perform(upgrade.verb) }
            }
            report.send(.done)
            exit(0)
        } catch let error as PostgresServerError {
            report.send(.failed(error))
        } catch let error as Errno {
            report.send(.failed(.system(action: "work in", path: "the cluster", error)))
        } catch {
            report.send(.failed(.launcherFailed(status: .exited(1), output: "\(error)")))
        }
        exit(1)
    }

    /// Nothing of the commander's is kept: descriptors, working directory, mask, root.
    private static func settle(_ order: LaunchOrder) throws {
        umask(0o077)
        guard chdir("/") == 0 else { throw Errno(rawValue: errno) }
        if case .start = order.task {
            // The postmaster is the last one to be killed when memory runs out; its children are ordinary again
            // (PG_OOM_ADJUST_FILE). Without the privilege it stays as it is.
            _ = try? FileDescriptor.open("/proc/self/oom_score_adj", .writeOnly).closeAfter {
                try $0.writeAll("-900".utf8)
            }
        }
        try PrivilegeDrop.become(order.account)
    }

    private static func closeInheritedDescriptors(except kept: FileDescriptor) {
        let names = ((try? FileTree.names(in: "/proc/self/fd")) ?? nil) ?? []
        for number in names.compactMap({ Int32($0) }) where number > 2 && number != kept.rawValue {
            close(number)
        }
    }

    /// Runs asynchronous work to its end; nothing else goes on in this process.
    private static func waitFor(_ body: @escaping @Sendable () async throws -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Void, any Error>>(.success(()))
        Task.detached {
            do { try await body() } catch { result.withLock { $0 = .failure(error) } }
            done.signal()
        }
        done.wait()
        try result.withLock { $0 }.get()
    }

    private static func configure(_ order: LaunchOrder, _ report: ReportChannel) throws {
        let cluster = ClusterLayout(order.settings).cluster
        let files = ConfigurationFiles(cluster: cluster, settings: order.settings, account: order.account)
        for warning in try files.review() { report.send(.warning(warning.description)) }
        try files.write()
        try files.verify(with: order.binaries)
    }

    private static func establishBallast(_ order: LaunchOrder) throws {
        let layout = ClusterLayout(order.settings)
        let disk = try DiskSpace.measure(layout.root)
        let reserve = DatabaseServer(settings: order.settings).reserve(disk: disk.total)
        let size = Ballast.size(disk: disk, setting: order.settings.ballast)
        try Ballast(path: layout.ballast).establish(size, keepingFree: reserve.resumesIngestFrom)
    }
}

/// Where the launcher reports to: its first standard output, closed when it executes the server.
struct ReportChannel: Sendable {
    let descriptor: FileDescriptor

    init() {
        descriptor = FileDescriptor(rawValue: fcntl(1, F_DUPFD_CLOEXEC, 20))
    }

    func send(_ report: LaunchReport) {
        // Nobody listens any more, or the report cannot be told: the work goes on.
        _ = try? descriptor.writeAll(report.encoded())
    }
}

extension FileDescriptor {
    /// Runs `body` and closes, whatever happens.
    func closeAfter<Value>(_ body: (FileDescriptor) throws -> Value) throws -> Value {
        defer { closeQuietly() }
        return try body(self)
    }
}
