package import SystemPackage

/// One installed PostgreSQL: a folder of programs of one version.
package struct ServerBinaries: Sendable, Hashable, Codable {
    /// Oldest major that Mailmill runs on.
    package static let oldestMajor = 15

    package let directory: FilePath
    package let version: ServerVersion

    package func path(of tool: String) -> FilePath { directory.appending(tool) }

    /// Names of the programs here, sorted.
    package func tools() throws -> [String] {
        try (FileTree.names(in: directory) ?? []).filter { name in
            // A broken link is not a program.
            (try? Stat(directory.appending(name)).type) == .regular
        }
    }
}
