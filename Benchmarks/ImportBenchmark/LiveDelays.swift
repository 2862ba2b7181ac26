internal import BenchmarkSupport
internal import PostgresClient
internal import PostgresServer
internal import SystemPackage

/// A log that is written to steadily and followed, and how long after it was written each part of it is counted.
actor LiveDelays {
    private static let pause = Duration.milliseconds(50)

    private let connection: Connection
    private let perPause: Int
    private let path: FilePath
    private var writer: LogWriter
    /// Ends of what was written and is not counted yet, in the file.
    private var written: [(end: Int, at: ContinuousClock.Instant)] = []

    init(_ path: FilePath, perSecond: Int, _ scratch: ScratchDatabase) async throws {
        connection = try await Connection.connect(scratch.connection(.superuser))
        perPause = max(1, perSecond / 20)
        self.path = path
        writer = try LogWriter(path)
    }

    /// Writes the first line, once, and tells whether it is counted.
    func isFollowed() async throws -> Bool {
        if writer.bytes == 0 { try writer.append(deliveries: 1, others: 0) }
        return try await position() == writer.bytes
    }

    /// Writes and looks until `isEnough`, and everything written is counted.
    ///
    /// - Parameter isEnough: asked with the time since the beginning.
    func measure(_ isEnough: (Duration) throws -> Bool) async throws -> Spread {
        let begin = ContinuousClock.now
        var next = begin
        var delays: [Duration] = []
        var isOver = false
        while !isOver || !written.isEmpty {
            if !isOver, .now >= next {
                try writer.append(deliveries: perPause, others: 0)
                written.append((writer.bytes, .now))
                next += Self.pause
                isOver = try isEnough(begin.duration(to: .now))
            }
            let position = try await position()
            let now = ContinuousClock.now
            let counted = written.prefix { $0.end <= position }
            delays += counted.map { $0.at.duration(to: now) }
            written.removeFirst(counted.count)
            try await Task.sleep(for: .milliseconds(5))
        }
        return Spread(delays)
    }

    private func position() async throws -> Int {
        let row = try await connection.query(
            "SELECT coalesce(max(f.position), -1) AS number FROM ops.source_file AS f WHERE f.name = $1",
            [path.string]
        ).one()
        return Int(try row.get("number", as: Int64.self))
    }
}
