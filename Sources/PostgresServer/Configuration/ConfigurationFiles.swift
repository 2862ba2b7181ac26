internal import Glibc
internal import SystemPackage

/// Writes a cluster's configuration and reviews the operator's part. Runs as the account, in the launcher.
struct ConfigurationFiles: Sendable {
    let cluster: ClusterFolder
    let settings: ServerSettings
    let account: ServiceAccount

    /// Brings every generated file up to date, and makes the operator's files when they are missing.
    func write() throws {
        let folder = cluster.configurationFolder
        guard mkdir(folder.string, 0o700) == 0 || errno == EEXIST else {
            throw PostgresServerError.system(action: "make", path: folder, Errno(rawValue: errno))
        }
        try createIfMissing(cluster.localConfiguration, LocalFiles.configuration)
        try createIfMissing(cluster.localAuthentication, LocalFiles.authentication)
        try createIfMissing(cluster.localIdentities, LocalFiles.identities)

        let plan = ResourcePlan(
            memory: MachineMemory.total(),
            disk: try DiskSpace.measure(cluster.path).total,
            settings: settings
        )
        let managed = ManagedConfiguration(plan: plan, settings: settings)
        if let archive = managed.archive {
            for path in [archive.layout.root, archive.layout.folder] {
                guard mkdir(path.string, 0o700) == 0 || errno == EEXIST else {
                    throw PostgresServerError.system(action: "make", path: path, Errno(rawValue: errno))
                }
            }
            try SmallFile.update(archive.layout.archiveScript, to: archive.text, permissions: .ownerReadWrite)
        }
        try SmallFile.update(cluster.managedConfiguration, to: managed.text, permissions: .ownerReadWrite)
        try SmallFile.update(cluster.mainConfiguration, to: ManagedConfiguration.main, permissions: .ownerReadWrite)

        let rules = AuthenticationRules(settings: settings, account: account.name)
        let authentication = rules.authentication(localLines: try SmallFile.read(cluster.localAuthentication) ?? "")
        try SmallFile.update(cluster.authentication, to: authentication, permissions: .ownerReadWrite)
        let identities = rules.identities(localLines: try SmallFile.read(cluster.localIdentities) ?? "")
        try SmallFile.update(cluster.identities, to: identities, permissions: .ownerReadWrite)
    }

    /// Judges the operator's files, before anything generated from them is written.
    /// - Throws: `configurationRefused`.
    /// - Returns: warnings.
    func review() throws -> [ConfigurationProblem] {
        let safety = SafetySettings(settings: settings, cluster: cluster)
        let review = try ConfigurationReview.review(
            files: [cluster.localConfiguration, cluster.automaticConfiguration],
            safety: safety
        )
        let rules = AuthenticationReview.refusals(
            in: try SmallFile.read(cluster.localAuthentication) ?? "",
            file: cluster.localAuthentication
        )
        guard review.refusals.isEmpty, rules.isEmpty else {
            throw PostgresServerError.configurationRefused(review.refusals + rules)
        }
        return review.warnings
    }

    /// Has PostgreSQL read the configuration without starting anything.
    /// - Throws: `configurationInvalid` with what it said, which names file and line.
    func verify(with binaries: ServerBinaries) throws {
        let safety = SafetySettings(settings: settings, cluster: cluster)
        let run = try ToolRun.run(
            binaries.path(of: "postgres"),
            ["-C", "config_file", "-D", cluster.path.string] + safety.arguments
        )
        guard run.status.succeeded else {
            let lines = run.errors.split(separator: "\n").map(String.init)
            throw PostgresServerError.configurationInvalid(output: lines)
        }
    }

    private func createIfMissing(_ path: FilePath, _ text: String) throws {
        guard try SmallFile.read(path, limit: 1) == nil else { return }
        try SmallFile.replace(path, with: text, permissions: .ownerReadWrite)
    }
}
