internal import SystemPackage

/// Entries of the server's log: the last ones, and then, when followed, each as it comes, across rotations.
package struct ServerLog: AsyncSequence, Sendable {
    package typealias Element = LogEntry

    let folder: FilePath
    /// How many of the newest entries to begin with; nil for all that there are.
    let lines: Int?
    let follow: Bool
    let level: LogLevel
    /// How often a followed log is looked at.
    var interval: Duration = .milliseconds(200)

    package func makeAsyncIterator() -> Iterator { Iterator(log: self) }

    package struct Iterator: AsyncIteratorProtocol {
        private let log: ServerLog
        private var ready: ArraySlice<LogEntry> = []
        private var reader: LogLineReader?
        /// Names of files done with; files sort by the time of their beginning.
        private var current = ""
        private var hasBegun = false

        init(log: ServerLog) { self.log = log }

        /// Returns nil at the end, or when the task is cancelled while it follows.
        package mutating func next() async throws -> LogEntry? {
            while true {
                if let entry = ready.popFirst() { return entry }
                if !hasBegun {
                    hasBegun = true
                    try begin()
                    continue
                }
                if try advance() { continue }
                guard log.follow else { return nil }
                do {
                    try await Task.sleep(for: log.interval)
                } catch {
                    return nil
                }
            }
        }

        /// With a number of lines, reads backwards, file by file, until there are enough.
        private mutating func begin() throws {
            guard let wanted = log.lines else { return }
            var found: [LogEntry] = []
            let files = try LogFiles(folder: log.folder).json()
            for file in files.reversed() {
                var reader = LogLineReader(path: log.folder.appending(file.name))
                var entries: [LogEntry] = []
                var more = true
                while more {
                    let batch = try reader.next()
                    entries = Array((entries + batch.entries.filter { $0.level >= log.level }).suffix(wanted))
                    more = batch.more
                }
                if self.reader == nil {
                    self.reader = reader
                    current = file.name
                }
                found = entries + found
                if found.count >= wanted { break }
            }
            ready = found.suffix(wanted)
        }

        /// Reads on; false when there is nothing new.
        private mutating func advance() throws -> Bool {
            // Listed first: what was written before a newer file came is in the current one by then.
            let newer = try LogFiles(folder: log.folder).json().first { $0.name > current }
            if var open = reader {
                let batch = try open.next()
                reader = open
                ready = batch.entries.filter { $0.level >= log.level }[...]
                if batch.more || !batch.entries.isEmpty { return true }
            }
            guard let newer else { return false }
            reader = LogLineReader(path: log.folder.appending(newer.name))
            current = newer.name
            return true
        }
    }
}

extension DatabaseServer {
    /// The server's log.
    /// - Parameters:
    ///   - lines: newest entries to begin with; nil for all.
    ///   - follow: go on with each entry as it comes, until the task is cancelled.
    ///   - level: nothing below it.
    package func logs(lines: Int? = 100, follow: Bool = false, level: LogLevel = .debug) -> ServerLog {
        ServerLog(folder: cluster.logs, lines: lines, follow: follow, level: level)
    }
}
