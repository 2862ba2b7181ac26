internal import FoundationEssentials
internal import Glibc
internal import SystemPackage

/// What an archive of a stopped cluster says of itself, to be compared before anything is overwritten.
///
/// The archive is a tar file: `archive.json`, `archive.sha256` (of every file of the cluster), then `cluster`.
struct ArchiveDescription: Sendable, Codable, Equatable {
    static let currentFormat = 1
    static let fileName = "archive.json"
    static let checksumName = "archive.sha256"

    var format = Self.currentFormat
    var madeAt: Date
    /// As uname(2) names it: `x86_64`.
    var architecture: String
    var version: ServerVersion
    var systemIdentifier: UInt64
    var size: ByteCount
    /// What pg_controldata says of sizes and layouts, which must be the same on both machines.
    var layout: [String: String]

    private static let layoutFields = [
        "pg_control version number", "Catalog version number", "Maximum data alignment",
        "Floating-point number storage",
        "Database block size", "Blocks per segment of large relation", "WAL block size", "Bytes per WAL segment",
        "Maximum length of identifiers", "Maximum columns in an index", "Maximum size of a TOAST chunk",
        "Size of a large-object chunk", "Date/time type storage", "Float8 argument passing",
        "Data page checksum version",
    ]

    init(of cluster: ClusterFolder, with binaries: ServerBinaries) throws {
        madeAt = WallClock.now()
        architecture = Self.machine()
        version = binaries.version
        systemIdentifier = try ControlData.read(cluster, with: binaries).systemIdentifier
        size = FileTree.diskUse(of: cluster.path)
        layout = try Self.layout(of: cluster, with: binaries)
    }

    static func layout(of cluster: ClusterFolder, with binaries: ServerBinaries) throws -> [String: String] {
        let run = try ToolRun.run(binaries.path(of: "pg_controldata"), ["-D", cluster.path.string])
        guard run.status.succeeded, !run.output.contains("WARNING") else {
            throw BackupError.unfit(
                path: cluster.path,
                reason: "global/pg_control is damaged, or of another architecture"
            )
        }
        var fields: [String: String] = [:]
        for line in run.output.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = String(line[..<colon])
            if layoutFields.contains(name) { fields[name] = line[line.index(after: colon)...].trimmed }
        }
        return fields
    }

    static func machine() -> String {
        var facts = utsname()
        guard uname(&facts) == 0 else { return "?" }
        return withUnsafePointer(to: &facts.machine) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 65) { String(cString: $0) }
        }
    }

    static func read(_ path: FilePath) throws -> ArchiveDescription {
        guard let text = try SmallFile.read(path) else {
            throw BackupError.unfit(
                path: path,
                reason: "the archive has no description: it is none of `database archive`"
            )
        }
        do {
            return try JSONDecoder().decode(ArchiveDescription.self, from: Data(text.utf8))
        } catch {
            throw BackupError.unfit(path: path, reason: "the archive's description cannot be read (\(error))")
        }
    }
}
