import Glibc
import SystemPackage

/// Looks for the files of a pattern: at once when a name appears in the folder, and at all of them now and then.
struct PatternScan {
    struct Found: Equatable {
        var path: FilePath
        var facts: FileFacts
        /// Nobody has the permission to write to it.
        var isSealed: Bool
    }

    let pattern: FilePattern
    private var folderModifiedAt: Int64?
    private var seen: Set<FilePath> = []

    init(_ pattern: FilePattern) {
        self.pattern = pattern
    }

    /// The files whose names have appeared since the last look; nil if nothing has changed.
    mutating func new() throws -> [Found]? {
        if let folder = pattern.folder {
            guard let modifiedAt = try? WallClock.microseconds(folder.stat().st_mtim) else { return nil }
            guard modifiedAt != folderModifiedAt else { return nil }
            folderModifiedAt = modifiedAt
        }
        let paths = try pattern.paths()
        defer { seen = Set(paths) }
        return paths.filter { !seen.contains($0) }.compactMap(Self.look)
    }

    /// All files.
    mutating func all() throws -> [Found] {
        let paths = try pattern.paths()
        seen = Set(paths)
        return paths.compactMap(Self.look)
    }

    /// nil if it is gone, or no file.
    static func look(_ path: FilePath) -> Found? {
        guard let stat = try? path.stat(), stat.type == .regular else { return nil }
        let isSealed = stat.permissions.isDisjoint(with: [.ownerWrite, .groupWrite, .otherWrite])
        return Found(path: path, facts: FileFacts(stat), isSealed: isSealed)
    }
}
