internal import SystemPackage

/// What `database init` did.
package struct InitialiseOutcome: Sendable, Equatable, Codable {
    /// False when the cluster was there already; nothing was touched then.
    package let created: Bool
    package let cluster: String
    package let version: ServerVersion
    package let account: String
    package let warnings: [String]
}

extension DatabaseServer {
    /// Makes the cluster, its roles and the database `mailmill`. A cluster that is there already is left as it is.
    /// Either all of it is there afterwards, or nothing.
    package func initialise(progress: @escaping ServerProgressHandler = { _ in }) async throws -> InitialiseOutcome {
        try await BlockingWork.run { try initialiseBlocking(progress) }
    }

    private func initialiseBlocking(_ progress: @escaping ServerProgressHandler) throws -> InitialiseOutcome {
        let preflight = try Preflight(self)
        if try cluster.major() != nil {
            try cluster.checkMadeByMailmill()
            return outcome(preflight, created: false)
        }
        let strangers = try FileTree.names(in: cluster.path) ?? []
        guard strangers.isEmpty else {
            throw PostgresServerError.notEmpty(path: cluster.path, sample: Array(strangers.prefix(3)))
        }
        guard preflight.disk.free >= preflight.reserve.refusesInitialiseBelow else {
            throw PostgresServerError.diskTooFull(
                path: layout.root,
                free: preflight.disk.free,
                needed: preflight.reserve.refusesInitialiseBelow,
                purpose: "a new database with its reserve"
            )
        }
        try FolderMaking.establish(layout.root, for: preflight.account, permissions: 0o755, followsLink: true)
        let order = LaunchOrder(
            task: .initialise,
            settings: settings,
            account: preflight.account,
            binaries: preflight.binaries,
            overrides: preflight.overrides
        )
        let result = try launcher.run(order) { progress(.step($0)) }
        return outcome(preflight, created: !result.didNothing)
    }

    private func outcome(_ preflight: Preflight, created: Bool) -> InitialiseOutcome {
        InitialiseOutcome(
            created: created,
            cluster: cluster.path.string,
            version: preflight.binaries.version,
            account: preflight.account.name,
            warnings: preflight.warnings
        )
    }
}
