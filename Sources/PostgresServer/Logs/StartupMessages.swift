internal import SystemPackage

/// What a server said since a moment: the lines that explain a failed start, and no older ones.
struct StartupMessages: Sendable {
    let cluster: ClusterFolder
    private let sizes: [String: Int64]

    /// Remembers where the logs end now.
    init(since cluster: ClusterFolder) {
        self.cluster = cluster
        // Without a log folder there is nothing to skip.
        let files = (try? LogFiles(folder: cluster.logs).json()) ?? []
        sizes = Dictionary(files.map { ($0.name, $0.size) }) { first, _ in first }
    }

    /// - Parameter startupLogOffset: size that the startup log had.
    func lines(startupLogOffset: Int64, limit: Int = 30) -> [String] {
        var lines = tail(of: cluster.startupLog, from: startupLogOffset)
            .split(separator: "\n").map(String.init).filter { !Self.isRoutine($0) }
        // Whatever cannot be read is left out of a message that is an error already.
        for file in (try? LogFiles(folder: cluster.logs).json()) ?? [] {
            let text = tail(of: cluster.logs.appending(file.name), from: sizes[file.name] ?? 0)
            lines += text.split(separator: "\n").compactMap { LogEntry(json: $0.utf8)?.text }
        }
        return Array(lines.suffix(limit))
    }

    private func tail(of path: FilePath, from offset: Int64) -> String {
        // As above: no log, no lines.
        let content = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow]).closeAfter { file in
            try file.seek(offset: offset, from: .start)
            return try file.readToEnd(limit: 1 << 18)
        }
        return String(decoding: content ?? [], as: UTF8.self)
    }

    private static func isRoutine(_ line: String) -> Bool {
        line.contains("redirecting log output to logging collector") || line.contains("Future log output will appear")
    }
}
