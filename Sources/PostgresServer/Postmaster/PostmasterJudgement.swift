/// What a PID file is worth: does a server live behind it? Decided from facts, without I/O.
enum PostmasterJudgement: Sendable, Equatable {
    /// No file.
    case absent
    /// An empty file: PostgreSQL was killed while it wrote it, and refuses to start until it is gone.
    case empty
    /// No PID file that PostgreSQL wrote; it refuses to start until it is gone.
    case damaged(String)
    /// The process is gone, or waits to be reaped. PostgreSQL takes such a file over by itself only when it is gone.
    case dead(pid: Int32)
    /// The number now belongs to another process (or one of its threads). PostgreSQL takes it for a server unless told.
    case recycled(pid: Int32, by: ProcessFacts)
    case live(PostmasterFile)
    /// `postgres --single` works on the directory.
    case singleUser(pid: Int32)

    /// Wall clocks of the file and of /proc may differ by rounding.
    private static let clockTolerance: Int64 = 3

    /// - Parameters:
    ///   - facts: of the process with the file's number, if there is one.
    ///   - directory: identity of the data directory; a postmaster's working directory is this.
    init(_ content: PostmasterFile.Content, facts: ProcessFacts?, directory: FileIdentity?) {
        switch content {
        case .missing: self = .absent
        case .empty: self = .empty
        case .damaged(let text): self = .damaged(text)
        case .file(let file):
            guard let facts, !facts.isZombie else {
                self = .dead(pid: file.pid)
                return
            }
            guard Self.isServer(facts, of: file, directory: directory) else {
                self = .recycled(pid: file.pid, by: facts)
                return
            }
            self = file.isSingleUser ? .singleUser(pid: file.pid) : .live(file)
        }
    }

    /// Working directory and program decide. Only when we may not see them does the start time: a clock that was set
    /// meanwhile must not make a live server look dead.
    private static func isServer(_ facts: ProcessFacts, of file: PostmasterFile, directory: FileIdentity?) -> Bool {
        guard facts.isPostgres else { return false }
        if let workingDirectory = facts.workingDirectory, let directory {
            return workingDirectory == directory
        }
        return abs(facts.startedAt - file.startedAt) <= clockTolerance
    }

    /// The file stands, but no server lives behind it.
    var isStale: Bool {
        switch self {
        case .empty, .damaged, .dead, .recycled: true
        case .absent, .live, .singleUser: false
        }
    }
}
