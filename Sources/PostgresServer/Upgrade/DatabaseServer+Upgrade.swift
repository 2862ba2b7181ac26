internal import PostgresClient
internal import SystemPackage

extension DatabaseServer {
    /// Upgrades the cluster to another major. Returns when the new server works, or everything is as it was; the work
    /// goes on when this process ends.
    ///
    /// - Parameters:
    ///   - major: nil for the newest that is installed.
    ///   - method: nil for the best one that passes the rehearsal.
    ///   - backupsMayEnd: although the installed pgBackRest does not know that major.
    /// - Throws: `upgradeNotPossible` before anything is touched, `upgradeFailed` when everything is as it was.
    package func upgrade(
        to major: Int? = nil,
        method: UpgradeMethod? = nil,
        backupsMayEnd: Bool = false,
        progress: @escaping ServerProgressHandler = { _ in }
    ) async throws -> UpgradeStatus {
        let plan = try await upgradePlan(to: major, backupsMayEnd: backupsMayEnd)
        guard let new = plan.target, plan.isPossible else {
            let reasons = plan.findings.filter { $0.verdict == .wrong }.map { "\($0.check): \($0.text)" }
            throw PostgresServerError.upgradeNotPossible(
                what: "begin an upgrade",
                reason: reasons.joined(separator: "; ")
            )
        }
        try await perform(.run(to: new, method: method), progress)
        return try await upgradeStatus()
    }

    /// Lets the old cluster work again, as it stood at the switch. What was collected since is read again from the logs.
    package func rollBackUpgrade(progress: @escaping ServerProgressHandler = { _ in }) async throws -> UpgradeStatus {
        try await perform(.rollBack, progress)
        return try await upgradeStatus()
    }

    /// Removes the cluster that an upgrade or a rollback kept.
    package func finishUpgrade(progress: @escaping ServerProgressHandler = { _ in }) async throws -> UpgradeStatus {
        try await perform(.finish, progress)
        return try await upgradeStatus()
    }

    /// Where an upgrade stands, without touching anything.
    package func upgradeStatus() async throws -> UpgradeStatus {
        try await BlockingWork.run {
            let folder = UpgradeFolder(layout)
            let journal = try UpgradeJournal.read(folder)
            var progress: UpgradeProgress?
            if let journal, journal.step == .copying { progress = UpgradeProgress(journal, folder: folder) }
            let holder = try folder.exists ? ClusterLock.holder(of: folder.path, in: processes) : .nobodySeen
            var process: Int32?
            if case .taker(let facts) = holder { process = facts.pid }
            return UpgradeStatus(
                journal: journal,
                isAtWork: holder != .nobodySeen,
                process: process,
                progress: progress,
                kept: FileTree.diskUse(of: folder.other),
                log: folder.log.string
            )
        }
    }

    /// The journal alone: nil when none was ever begun. Blocks for a moment.
    package func lastUpgrade() throws -> UpgradeJournal? {
        try UpgradeJournal.read(UpgradeFolder(layout))
    }

    /// Ends what an upgrade left under way whose process was killed. Cheap when there is none.
    ///
    /// - Parameter starts: whether to start the server too, if it ran when the upgrade began.
    func settleUpgrade(starts: Bool, progress: @escaping ServerProgressHandler = { _ in }) async throws {
        let isAbandoned = try await BlockingWork.run {
            let folder = UpgradeFolder(layout)
            guard let journal = try UpgradeJournal.read(folder), journal.step.isUnderWay else { return false }
            try UpgradeLeftovers(folder: folder, processes: processes).end()
            return try !ClusterLock.isHeld(folder.path)
        }
        guard isAbandoned else { return }
        progress(.step("an upgrade was killed: bringing everything to a good end"))
        try await perform(.settle(starts: starts), progress)
    }

    private func perform(_ verb: UpgradeOrder.Verb, _ progress: @escaping ServerProgressHandler) async throws {
        try await BlockingWork.run {
            try UpgradeLeftovers(folder: UpgradeFolder(layout), processes: processes).end()
            let upgrade = UpgradeOrder(verb: verb, launcherArguments: launcher.command.arguments)
            let order = LaunchOrder(
                task: .upgrade(upgrade),
                settings: settings,
                account: try ServiceAccount.resolve(settings.account),
                binaries: try binaries()
            )
            _ = try launcher.run(order) { progress(.step($0)) }
        }
    }
}

/// Where a major upgrade stands.
package struct UpgradeStatus: Sendable {
    /// nil when none was ever begun.
    package let journal: UpgradeJournal?
    package let isAtWork: Bool
    /// The process at work, where it can be seen.
    package let process: Int32?
    /// While rows are copied.
    package let progress: UpgradeProgress?
    /// Disk that the cluster takes that is kept, or being made.
    package let kept: ByteCount
    package let log: String
}
