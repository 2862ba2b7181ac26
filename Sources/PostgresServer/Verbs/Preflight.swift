internal import SystemPackage

/// What is looked at before anything is made or started. Reads only.
struct Preflight: Sendable {
    let account: ServiceAccount
    let binaries: ServerBinaries
    let disk: DiskSpace
    let reserve: DiskReserve
    let warnings: [String]
    let overrides: [FileSystemOverride]

    init(_ server: DatabaseServer) throws {
        let settings = server.settings
        try settings.check()
        try server.layout.checkSocketPath()
        account = try ServiceAccount.resolve(settings.account)
        let check = FileSystemCheck(probe: server.fileSystems, allowed: settings.allowedFileSystems)
        var warnings: [String] = []
        var overrides: [FileSystemOverride] = []
        for place in try Self.places(of: server.layout) {
            let outcome = try check.check(place)
            warnings.append(contentsOf: outcome.warnings)
            guard outcome.overridden else { continue }
            overrides.append(
                FileSystemOverride(name: outcome.kind.name, path: place.string, since: WallClock.now().iso8601)
            )
        }
        self.warnings = warnings.uniqued()
        self.overrides = overrides
        binaries = try server.binaries()
        disk = try DiskSpace.measure(server.layout.root)
        reserve = server.reserve(disk: disk.total)
    }

    /// The root, the cluster (which may be a link to another disk), its WAL and its tablespaces.
    static func places(of layout: ClusterLayout) throws -> [FilePath] {
        let cluster = layout.cluster
        let spaces = try FileTree.names(in: cluster.tablespaces) ?? []
        return [layout.root, cluster.path, cluster.writeAheadLog] + spaces.map { cluster.tablespaces.appending($0) }
    }
}
