internal import PostgresClient
internal import SystemPackage

/// What an upgrade would find and need, before anything is touched.
package struct UpgradePlan: Sendable {
    package var from: ServerBinaries
    /// nil when no newer major is installed.
    package var target: ServerBinaries?
    package var findings: [ServerFinding]

    /// Whether nothing stands in its way.
    package var isPossible: Bool { target != nil && !findings.contains { $0.verdict == .wrong } }
}

extension DatabaseServer {
    /// Looks at everything that an upgrade needs. Changes nothing.
    ///
    /// - Parameters:
    ///   - major: nil for the newest that is installed.
    ///   - backupsMayEnd: although the installed pgBackRest does not know that major.
    package func upgradePlan(to major: Int? = nil, backupsMayEnd: Bool = false) async throws -> UpgradePlan {
        var plan = try await BlockingWork.run { try placePlan(to: major, backupsMayEnd) }
        guard case .live = try judgement() else {
            plan.findings.append(
                ServerFinding("server", .warning, "is down: it is started for the rehearsal, and stopped again")
            )
            return plan
        }
        let connection = try await Connection.connect(connectionSettings(as: .superuser))
        plan.findings += try await UpgradeQuestions(connection: connection, target: plan.target).findings()
        return plan
    }

    /// What files and programs tell.
    private func placePlan(to major: Int?, _ backupsMayEnd: Bool) throws -> UpgradePlan {
        guard let current = try cluster.major() else {
            throw PostgresServerError.notInitialised(cluster: cluster.path)
        }
        try cluster.checkMadeByMailmill()
        let from = try binaries()
        let found = try BinarySearch(extraDirectory: settings.binDirectory).all()
        let target = found.first { binaries in
            if let major { binaries.version.major == major } else { binaries.version.major > current }
        }
        var plan = UpgradePlan(from: from, target: target, findings: [])
        plan.findings.append(programs(current, major, found, target))
        plan.findings += try places()
        if let target, let finding = backups(of: target, backupsMayEnd) { plan.findings.append(finding) }
        return plan
    }

    private func programs(
        _ current: Int,
        _ wanted: Int?,
        _ found: [ServerBinaries],
        _ target: ServerBinaries?
    ) -> ServerFinding {
        let majors = found.map(\.version.description).joined(separator: ", ")
        guard let target, target.version.major > current else {
            let name = wanted.map { "PostgreSQL \($0)" } ?? "a version newer than \(current)"
            return ServerFinding(
                "programs",
                .wrong,
                "\(name) is not installed as an upgrade of \(current) (found \(majors))",
                advice: "install its package beside the old one, or name its folder in database.binaries"
            )
        }
        let needed = ["pg_upgrade", "pg_dump", "pg_dumpall", "pg_restore", "psql", "vacuumdb"]
        let missing = needed.filter { tool in (try? target.tools().contains(tool)) != true }
        guard missing.isEmpty else {
            return ServerFinding(
                "programs",
                .wrong,
                "\(target.directory) lacks \(missing.joined(separator: ", "))",
                advice: "install the client programs of the same version"
            )
        }
        return ServerFinding(
            "programs",
            .good,
            "\(current) to \(target.version) in \(target.directory); found \(majors)"
        )
    }

    /// Whether backups go on after it: each pgBackRest knows the majors that were out before it.
    private func backups(of target: ServerBinaries, _ mayEnd: Bool) -> ServerFinding? {
        guard let backup = settings.backup else { return nil }
        do {
            try BackupEngine(settings: backup, layout: BackupLayout(layout)).check(major: target.version.major)
            return ServerFinding("backups", .good, "go on: a base backup of \(target.version) is taken at once")
        } catch {
            // Where none was ever taken, none ends.
            let areTaken = backupStatus()?.isSetUp ?? true
            return ServerFinding(
                "backups",
                areTaken && !mayEnd ? .wrong : .warning,
                "end with the upgrade: \(error)",
                advice: "or accept it: `mailmill upgrade run --without-backup`"
            )
        }
    }

    private func places() throws -> [ServerFinding] {
        let folder = UpgradeFolder(layout)
        var findings: [ServerFinding] = []
        if let journal = try UpgradeJournal.read(folder), journal.step == .switched {
            findings.append(
                ServerFinding(
                    "last upgrade",
                    .wrong,
                    "still keeps PostgreSQL \(journal.from) in \(folder.other)",
                    advice: "`mailmill upgrade finish` removes it"
                )
            )
        }
        if try FileTree.names(in: cluster.tablespaces)?.isEmpty == false {
            findings.append(
                ServerFinding(
                    "tablespaces",
                    .wrong,
                    "the cluster has tablespaces, which an upgrade here does not carry",
                    advice: "move their tables to pg_default first"
                )
            )
        }
        if (try? Stat(cluster.writeAheadLog, followTargetSymlink: false).type) == .symbolicLink {
            findings.append(
                ServerFinding("write-ahead log", .warning, "pg_wal is a link; the new cluster's lies in its own folder")
            )
        }
        let size = FileTree.diskUse(of: folder.cluster.appending("base"))
        let free = try DiskSpace.measure(folder.cluster).free
        let slack = ByteCount.mebibytes(512)
        let canClone = folder.canClone()
        let needed = (canClone ? size / 20 : size + size / 10) + slack
        let text =
            "\(size) of data, \(free) free; clone \(canClone ? "needs \(size / 20 + slack)" : "is not possible here"), "
            + "copy needs \(size + size / 20 + slack), dump and restore \(size + size / 10 + slack)"
        findings.append(
            ServerFinding(
                "disk",
                free < needed ? .wrong : .good,
                text,
                advice: free < needed ? "free some space, or add some" : nil
            )
        )
        return findings
    }
}
