internal import FoundationEssentials

/// The timelines of the database, as the archive tells: each restore that did not go to the newest state began one.
struct Timelines: Sendable, Equatable {
    struct Timeline: Sendable, Equatable {
        let number: UInt32
        /// When its first file came into the archive: from then on the database was on it.
        let since: Date
        /// Where it left each timeline before it, in bytes of WAL.
        let forks: [UInt32: UInt64]

        /// Whether recovery can start from a backup and come to this timeline.
        func follows(_ backup: BackupSet) -> Bool {
            guard let timeline = backup.timeline, timeline != number else { return true }
            guard let fork = forks[timeline] else { return false }
            return backup.stopPosition.map { $0 <= fork } ?? false
        }
    }

    /// The first one has no file in the archive.
    static let first = Timeline(number: 1, since: .distantPast, forks: [:])

    /// By number, from the first on.
    let all: [Timeline]

    init(_ later: [Timeline] = []) {
        all = [Self.first] + later.sorted { $0.number < $1.number }
    }

    var newest: Timeline { all.last ?? Self.first }

    /// The one that the database was on at a moment.
    func current(at time: Date) -> Timeline {
        all.last { $0.since <= time } ?? Self.first
    }

    /// Reads a timeline's history file (PostgreSQL, "Timelines": number, position, reason in each line).
    static func forks(in text: String) -> [UInt32: UInt64] {
        var forks: [UInt32: UInt64] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t")
            guard fields.count > 1, let number = UInt32(fields[0].trimmed) else { continue }
            forks[number] = position(String(fields[1]))
        }
        return forks
    }

    /// `0/300A3F0` as a number.
    static func position(_ text: String) -> UInt64? {
        let halves = text[...].trimmed.split(separator: "/")
        guard halves.count == 2, let high = UInt64(halves[0], radix: 16), let low = UInt64(halves[1], radix: 16) else {
            return nil
        }
        return high << 32 | low
    }
}

extension Backups {
    private struct File: Decodable {
        var time: Int64
    }

    /// Asks the archive of the cluster that the newest backup is of. Blocks.
    func timelines() throws -> Timelines {
        let folder = "archive/\(ArchiveScript.stanza)"
        let list = try engine.output(
            ["repo-ls", "--recurse", "--output=json", "--filter=\\.history$", folder],
            to: "list the timelines"
        )
        let files = try JSONDecoder().decode([String: File].self, from: Data(list.utf8))
        // `15-1/00000002.history`: the number behind the dash grows with each cluster of the repository.
        let newest = files.keys.compactMap(Self.cluster).max()
        return Timelines(
            try files.filter { Self.cluster($0.key) == newest }.compactMap { name, file in
                guard let number = name.split(separator: "/").last.flatMap({ UInt32($0.prefix(8), radix: 16) }) else {
                    return nil
                }
                let text = try engine.output(["repo-get", "\(folder)/\(name)"], to: "read a timeline's history")
                return Timelines.Timeline(
                    number: number,
                    since: Date(timeIntervalSince1970: Double(file.time)),
                    forks: Timelines.forks(in: text)
                )
            }
        )
    }

    private static func cluster(_ name: String) -> Int? {
        name.split(separator: "/").first.flatMap { $0.split(separator: "-").last }.flatMap { Int($0) }
    }
}
