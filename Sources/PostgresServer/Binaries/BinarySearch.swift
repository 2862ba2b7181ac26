internal import SystemPackage

/// Finds PostgreSQL's programs: the distribution's folders by major, then a folder named by a setting.
struct BinarySearch: Sendable {
    var distributionFolder: FilePath = "/usr/lib/postgresql"
    var extraDirectory: FilePath?

    /// What is needed to own a server. `psql` and the rest come with them in Debian's packages.
    private static let needed = ["postgres", "initdb", "pg_controldata"]

    /// Every usable installation, one a major, newest first; the distribution's wins over the setting's.
    func all() throws -> [ServerBinaries] {
        let majors = try (FileTree.names(in: distributionFolder) ?? []).compactMap { Int($0) }
        let folders =
            majors.filter { $0 >= ServerBinaries.oldestMajor }
            .map { distributionFolder.appending("\($0)").appending("bin") } + (try extraFolders())
        var found: [Int: ServerBinaries] = [:]
        for folder in folders {
            guard let binaries = try inspect(folder), found[binaries.version.major] == nil else { continue }
            found[binaries.version.major] = binaries
        }
        return found.values.sorted { $0.version > $1.version }
    }

    /// The setting names a folder of programs, or one with a folder a major in it: `16/bin`, or `16` itself.
    private func extraFolders() throws -> [FilePath] {
        guard let extraDirectory else { return [] }
        let majors = (try FileTree.names(in: extraDirectory) ?? []).filter { Int($0) != nil }.sorted()
        return [extraDirectory]
            + majors.map { extraDirectory.appending($0) }.flatMap { [$0.appending("bin"), $0] }
    }

    /// The installation for a cluster of `major`; the newest when there is no cluster yet.
    /// - Throws: `binariesMissing`, which names the Debian package.
    func find(major: Int?) throws -> ServerBinaries {
        let found = try all()
        guard let match = major.map({ wanted in found.first { $0.version.major == wanted } }) ?? found.first else {
            throw PostgresServerError.binariesMissing(
                major: major,
                searched: [distributionFolder.appending("*").appending("bin")] + [extraDirectory].compactMap(\.self),
                found: found.map(\.version)
            )
        }
        return match
    }

    private func inspect(_ folder: FilePath) throws -> ServerBinaries? {
        for tool in Self.needed {
            // A folder without these is not a server's: Debian's client package has psql alone.
            guard (try? Stat(folder.appending(tool)).type) == .regular else { return nil }
        }
        let run = try ToolRun.run(folder.appending("postgres"), ["--version"])
        guard let version = ServerVersion(programOutput: run.output), version.major >= ServerBinaries.oldestMajor else {
            return nil
        }
        return ServerBinaries(directory: folder, version: version)
    }
}
