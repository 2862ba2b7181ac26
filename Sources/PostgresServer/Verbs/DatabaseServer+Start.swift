internal import PostgresClient
internal import SystemPackage

/// How `start` goes about it.
package struct StartOptions: Sendable {
    package var starter: ServerStarter
    /// For how long recovery may stand still (not: last).
    package var stallLimit: Duration
    /// For how long to wait for processes of a server that died.
    package var leftoverLimit: Duration
    /// Sessions begin read-only: while an upgrade copies.
    var isReadOnly = false

    package init(
        starter: ServerStarter = .command,
        stallLimit: Duration = .seconds(120),
        leftoverLimit: Duration = .seconds(20)
    ) {
        self.starter = starter
        self.stallLimit = stallLimit
        self.leftoverLimit = leftoverLimit
    }
}

/// What `database start` did.
package struct StartOutcome: Sendable {
    /// False when a server ran already, or another `start` was first.
    package let started: Bool
    package let pid: Int32
    package let version: ServerVersion
    package let socket: String
    package let port: Int
    package let took: Duration
    package let warnings: [String]
    /// The server as our child.
    let launched: LaunchedServer?
}

extension DatabaseServer {
    /// Starts the server, or finds it running, and returns when it takes queries. It stays when this process ends.
    package func start(
        _ options: StartOptions = StartOptions(),
        progress: @escaping ServerProgressHandler = { _ in }
    ) async throws -> StartOutcome {
        let begin = ContinuousClock().now
        guard try cluster.major() != nil else {
            throw PostgresServerError.notInitialised(cluster: cluster.path)
        }
        try await settleUpgrade(starts: false, progress: progress)
        var wait = StartWait(server: self, options: options, progress: progress)
        while true {
            try Task.checkCancellation()
            let decision = StartDecision(
                judgement: try judgement(),
                holder: try ClusterLock.holder(of: cluster.path, in: processes)
            )
            switch decision {
            case .join(let file) where file.status == .stopping:
                try await wait.forStop(of: file.pid)
            case .join(let file):
                do {
                    return try await join(file, options, begin, progress)
                } catch is ReadinessWait.Vanished {
                    continue
                }
            case .singleUser(let pid):
                throw PostgresServerError.singleUserAtWork(
                    cluster: cluster.path,
                    process: ProcessName(pid, in: processes)
                )
            case .waitForFile(let holder):
                try await wait.forFile(holder)
            case .waitForLeftovers(let pids):
                try await wait.forLeftovers(pids)
            case .launch(let setAside, let ignored):
                do {
                    return try await launch(setAside, ignored, options, begin, progress)
                } catch PostgresServerError.locked {
                    try await wait.forUnseenHolder()
                }
            }
        }
    }

    private func join(
        _ file: PostmasterFile,
        _ options: StartOptions,
        _ begin: ContinuousClock.Instant,
        _ progress: @escaping ServerProgressHandler
    ) async throws -> StartOutcome {
        let (binaries, identifier) = try await BlockingWork.run {
            let binaries = try self.binaries()
            return (binaries, try ControlData.read(cluster, with: binaries).systemIdentifier)
        }
        try await ReadinessWait(
            server: self,
            pid: file.pid,
            launched: nil,
            messages: StartupMessages(since: cluster),
            startupLogOffset: .max,
            expectedIdentifier: identifier,
            stallLimit: options.stallLimit,
            progress: progress
        ).run()
        return outcome(file.pid, nil, binaries, begin, [])
    }

    private func launch(
        _ setAside: Bool,
        _ ignored: Int32?,
        _ options: StartOptions,
        _ begin: ContinuousClock.Instant,
        _ progress: @escaping ServerProgressHandler
    ) async throws -> StartOutcome {
        let messages = StartupMessages(since: cluster)
        let (preflight, result, identifier) = try await BlockingWork.run {
            try launchBlocking(setAside, ignored, options, progress)
        }
        let launched = LaunchedServer(result.child)
        try await ReadinessWait(
            server: self,
            pid: launched.pid,
            launched: launched,
            messages: messages,
            startupLogOffset: result.startupLogOffset ?? 0,
            expectedIdentifier: identifier,
            stallLimit: options.stallLimit,
            progress: progress
        ).run()
        let repaired = options.isReadOnly ? [] : try await RoleRepair(server: self).run()
        let warnings = preflight.warnings + result.warnings + repaired
        return outcome(launched.pid, launched, preflight.binaries, begin, warnings)
    }

    private func launchBlocking(
        _ setAside: Bool,
        _ ignored: Int32?,
        _ options: StartOptions,
        _ progress: @escaping ServerProgressHandler
    ) throws -> (Preflight, Launcher.Result, UInt64) {
        let preflight = try Preflight(self)
        try cluster.checkMadeByMailmill()
        try makeRoom(preflight, progress)
        try FolderMaking.establish(
            layout.socketDirectory,
            for: preflight.account,
            permissions: 0o750,
            group: settings.socketGroup
        )
        do {
            try ConflictCheck(layout: layout, settings: settings, processes: processes).run()
        } catch let error as PostgresServerError {
            // A server of this very directory, in another container, has the socket as well: say that instead.
            guard case .socketInUse = error, try ClusterLock.isHeld(cluster.path) else { throw error }
            throw PostgresServerError.locked(cluster: cluster.path, holders: [])
        }
        let identifier = try ControlData.read(cluster, with: preflight.binaries).systemIdentifier
        let start = LaunchOrder.StartOrder(
            setAsidePIDFile: setAside,
            ignoredPID: ignored,
            starter: options.starter,
            ballast: Ballast.size(disk: preflight.disk, setting: settings.ballast),
            reserve: preflight.reserve.resumesIngestFrom,
            isReadOnly: options.isReadOnly
        )
        let order = LaunchOrder(
            task: .start(start),
            settings: settings,
            account: preflight.account,
            binaries: preflight.binaries,
            overrides: preflight.overrides
        )
        return (preflight, try launcher.run(order) { progress(.step($0)) }, identifier)
    }

    /// Gives the ballast back when recovery could not finish otherwise, and refuses when that is not enough.
    private func makeRoom(_ preflight: Preflight, _ progress: ServerProgressHandler) throws {
        let needed = preflight.reserve.refusesStartBelow
        guard preflight.disk.free < needed else { return }
        let released = try Ballast(path: layout.ballast).release()
        if released > .zero { progress(.step("disk nearly full: gave back \(released) of ballast")) }
        let free = try DiskSpace.measure(layout.root).free
        guard free >= needed else {
            throw PostgresServerError.diskTooFull(path: layout.root, free: free, needed: needed, purpose: "starting")
        }
    }

    private func outcome(
        _ pid: Int32,
        _ launched: LaunchedServer?,
        _ binaries: ServerBinaries,
        _ begin: ContinuousClock.Instant,
        _ warnings: [String]
    ) -> StartOutcome {
        let connection = connectionSettings(as: .superuser)
        return StartOutcome(
            started: launched != nil,
            pid: pid,
            version: binaries.version,
            socket: FilePath(connection.host).appending(".s.PGSQL.\(connection.port)").string,
            port: connection.port,
            took: begin.duration(to: ContinuousClock().now),
            warnings: warnings,
            launched: launched
        )
    }
}
