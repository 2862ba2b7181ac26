internal import SystemPackage

/// What pg_controldata tells of a cluster, running or not.
package struct ControlData: Sendable, Equatable {
    /// Identifies the cluster for ever, and its standbys and backups with it.
    package let systemIdentifier: UInt64
    /// `in production`, `shut down`, `in crash recovery`, ...
    package let state: String
    package let hasChecksums: Bool

    /// True after a shutdown that somebody asked for.
    package var isShutDown: Bool { state == "shut down" || state == "shut down in recovery" }

    init?(programOutput: String) {
        var fields: [String: String] = [:]
        for line in programOutput.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = line[line.index(after: colon)...].trimmed
        }
        guard let identifier = fields["Database system identifier"].flatMap({ UInt64($0) }),
            let state = fields["Database cluster state"]
        else { return nil }
        systemIdentifier = identifier
        self.state = state
        hasChecksums = fields["Data page checksum version"].map { $0 != "0" } ?? false
    }

    /// Blocks for the time of a small program.
    static func read(_ cluster: ClusterFolder, with binaries: ServerBinaries) throws -> ControlData {
        let run = try ToolRun.run(binaries.path(of: "pg_controldata"), ["-D", cluster.path.string])
        guard run.status.succeeded, let data = ControlData(programOutput: run.output) else {
            let said = run.errors.split(separator: "\n").map(String.init)
            throw PostgresServerError.notOurs(
                cluster: cluster.path,
                reason: "pg_controldata cannot read global/pg_control (\(said.last ?? "\(run.status)"))"
            )
        }
        return data
    }
}
