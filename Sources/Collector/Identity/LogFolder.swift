import Glibc
import SystemPackage

/// The folders in which the rotated copies of a log may stand.
struct LogFolder: Sendable {
    let path: FilePath
    private let folders: [FilePath]
    private let rotated: RotatedName

    /// - Parameters:
    ///   - path: the log itself.
    ///   - elsewhere: folders beside its own into which it is rotated (logrotate's `olddir`).
    init(path: FilePath, elsewhere: [FilePath] = []) {
        self.path = path
        self.folders = [path.removingLastComponent()] + elsewhere
        self.rotated = RotatedName(path.lastComponent?.string ?? "")
    }

    /// The rotated copies, the one changed longest ago first. A compressed copy whose original is still there is left
    /// out: it may not be complete yet.
    func siblings() throws -> [(path: FilePath, facts: FileFacts)] {
        var found: [(path: FilePath, facts: FileFacts)] = []
        for folder in folders {
            let names = try LogFolder.names(in: folder)
            let all = Set(names)
            for name in names where rotated.matches(name) {
                if let suffix = Compression.suffixes.first(where: name.hasSuffix) {
                    let original = String(name.dropLast(suffix.count))
                    if all.contains(original), rotated.matches(original) { continue }
                }
                let path = folder.appending(name)
                if case .file(let facts) = PathFacts.look(at: path) { found.append((path, facts)) }
            }
        }
        return found.sorted { ($0.facts.modifiedAt, $0.path.string) < ($1.facts.modifiedAt, $1.path.string) }
    }

    /// The names in a folder; none if it does not exist.
    static func names(in folder: FilePath) throws -> [String] {
        guard let stream = opendir(folder.isEmpty ? "." : folder.string) else {
            let code = Errno(rawValue: errno)
            if code == .noSuchFileOrDirectory || code == .notDirectory { return [] }
            throw CollectorError.file(path: folder.string, operation: "list", code: code)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
