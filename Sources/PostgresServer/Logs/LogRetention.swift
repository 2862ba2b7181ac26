internal import SystemPackage

/// Puts an end to old server logs: PostgreSQL never removes any.
struct LogRetention: Sendable, Equatable {
    /// Seconds.
    let maximumAge: Int64
    let maximumTotal: ByteCount

    init(settings: ServerSettings) {
        self.init(maximumAge: Int64(settings.logKeepDays) * 86400, maximumTotal: settings.logKeepBytes)
    }

    init(maximumAge: Int64, maximumTotal: ByteCount) {
        self.maximumAge = maximumAge
        self.maximumTotal = maximumTotal
    }

    /// Names of files that may go: too old, or the oldest beyond the total. Never those of the newest time, which
    /// are being written; a `.log` and its `.json` go together.
    func expired(_ files: [LogFiles.File], now: Int64) -> [String] {
        let groups = Dictionary(grouping: files) { LogFileName.stem(of: $0.name) ?? $0.name }
            .sorted { $0.key > $1.key }
        var total = ByteCount.zero
        var expired: [String] = []
        for (index, group) in groups.enumerated() {
            let size = ByteCount(group.value.map(\.size).reduce(0, +))
            let modifiedAt = group.value.map(\.modifiedAt).max() ?? now
            total += size
            guard index > 0, now - modifiedAt > maximumAge || total > maximumTotal else { continue }
            total = total - size
            expired += group.value.map(\.name)
        }
        return expired.sorted()
    }

    /// Removes what may go. Returns the names. The folder is not followed through a link.
    func apply(to folder: FilePath, now: Int64 = WallClock.seconds()) throws -> [String] {
        guard let facts = try? Stat(folder, followTargetSymlink: false), facts.type == .directory else { return [] }
        let names = expired(try LogFiles(folder: folder).all(), now: now)
        for name in names {
            do {
                try FileTree.unlink(folder.appending(name))
            } catch Errno.noSuchFileOrDirectory {
                continue
            } catch let error as Errno {
                throw PostgresServerError.system(action: "remove", path: folder.appending(name), error)
            }
        }
        return names
    }
}
