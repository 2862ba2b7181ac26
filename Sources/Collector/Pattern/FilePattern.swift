import Glibc
package import SystemPackage

/// Files by a shell pattern: `/var/log/kumomta/*`, `/var/log/pmta/acct-*.csv`. Files whose name begins with a dot match
/// only a pattern that does (glob(7)).
package struct FilePattern: Sendable, Equatable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Whether a path is a pattern.
    package static func isPattern(_ path: String) -> Bool {
        path.contains { "*?[".contains($0) }
    }

    /// The folder that new names appear in; nil if there may be several.
    var folder: FilePath? {
        let folder = FilePath(text).removingLastComponent()
        return Self.isPattern(folder.string) ? nil : folder
    }

    /// The paths that match now, in the order of their names.
    package func paths() throws -> [FilePath] {
        var found = glob_t()
        defer { globfree(&found) }
        let status = glob(text, 0, nil, &found)
        switch status {
        case 0:
            return (0..<Int(found.gl_pathc)).compactMap { index in
                found.gl_pathv[index].map { FilePath(String(cString: $0)) }
            }
        case GLOB_NOMATCH:
            // An unreadable folder matches nothing, and says so only to who looks.
            if let folder, access(folder.string, R_OK | X_OK) != 0 {
                throw CollectorError.file(path: folder.string, operation: "list", code: Errno(rawValue: errno))
            }
            return []
        default:
            throw CollectorError.file(path: text, operation: "list", code: .ioError)
        }
    }
}
