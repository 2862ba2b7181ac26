internal import Foundation
package import Logging
package import PostgresClient

/// A worker's connection, which holds the lock that only one worker has, and what it remembers from one chunk to the next.
/// The lock goes with the connection.
package struct MoveSession: Sendable {
    /// `mailmove`.
    private static let lock: Int64 = 0x6D61_696C_6D6F_7665

    let connection: Connection
    private let settings: MoveSettings
    private let logger: Logger
    private var throttle: MoveThrottle
    private var size: ChunkSize?
    /// The next chunk is taken row by row: it failed as a whole.
    private var isCareful = false
    private var heldFor: Duration = .zero
    /// Steps of the migration's current run that are prepared, and those of which nothing is left.
    private var run: String = ""
    private var prepared: Set<Int16> = []
    private var finished: Set<Int16> = []
    /// Rows moved since the source was vacuumed last.
    private var unvacuumed: Int64 = 0
    private var lastError: String?

    /// Connects. Returns nil if another worker is at work.
    package static func begin(
        _ connection: ConnectionSettings,
        _ settings: MoveSettings = MoveSettings(),
        _ logger: Logger
    ) async throws -> MoveSession? {
        var connection = connection
        // A chunk that is lost in a crash is lost as a whole: it need not be waited for. Rows pass through temporary tables.
        let parameters = [
            "synchronous_commit": "off", "temp_buffers": "64MB", "work_mem": "64MB", "lock_timeout": "5s",
            "maintenance_work_mem": "64MB",
        ]
        connection.parameters.merge(parameters) { own, _ in own }
        let session = MoveSession(try await Connection.connect(connection), settings, logger)
        return try await session.connection.tryLock(lock) ? session : nil
    }

    private init(_ connection: Connection, _ settings: MoveSettings, _ logger: Logger) {
        self.connection = connection
        self.settings = settings
        self.logger = logger
        throttle = MoveThrottle(limits: settings.limits, window: settings.window)
    }

    /// Moves a chunk, or does what is to be done before or after one.
    package mutating func round() async throws -> MoveRound {
        guard let row = try await connection.query(SQLFile.query("deferred/next")).first else { return .idle }
        let job = try MoveJob(row)
        if run != job.runName {
            (run, prepared, finished, unvacuumed) = (job.runName, [], [], 0)
            (size, isCareful, lastError) = (nil, false, nil)
            logger.notice("deferred migration", metadata: ["name": "\(job.name)", "state": "\(job.state.rawValue)"])
        }
        if job.isPaused { return .waits(.seconds(1)) }
        switch job.state {
        case .moving, .completing: return try await move(job)
        case .rollingBack: return try await undo(job)
        case .moved: return try await turn(job, rest: .seconds(5))
        case .done, .rolledBack: return .idle
        }
    }

    // MARK: - Forward

    private mutating func move(_ job: MoveJob) async throws -> MoveRound {
        let steps = try await connection.query(SQLFile.query("deferred/steps"), [job.name, job.state == .moving])
            .map(MoveStep.init)
        for step in steps where !finished.contains(step.number) {
            if !prepared.contains(step.number) {
                try await prepare(step, of: job)
                return .went(rest: .zero)
            }
            let load = try await load(step.source)
            if let reason = try await holdReason(load, step, job) { return try await hold(job, step, reason) }
            if let round = try await chunk(of: step, job, isIngesting: load.isIngesting) { return round }
            finished.insert(step.number)
            try await vacuum(step)
        }
        // Between two scripts of the completion, those who planned by the old views come to their locks.
        return try await turn(job, rest: .seconds(1))
    }

    /// Moves a chunk. Returns nil if no row is left.
    private mutating func chunk(of step: MoveStep, _ job: MoveJob, isIngesting: Bool) async throws -> MoveRound? {
        var size = size ?? ChunkSize(rows: job.chunkRows)
        defer { self.size = size }
        let rows = min(size.rows, step.largestChunk, max(job.rowsPerSecond ?? .max, 1))
        let start = ContinuousClock.now
        let found: Row?
        do {
            found = try await connection.query(
                SQLFile.query("deferred/move"),
                [job.name, step.number, rows, isCareful]
            ).first
        } catch PostgresClientError.server(let error) {
            guard let round = afterFailure(error, &size) else { throw PostgresClientError.server(error) }
            try await note(job, heldBy: nil, rows: size.rows)
            return round
        }
        let took = ContinuousClock.now - start
        guard let found else { return nil }
        guard let moved: Int64 = try found.find("moved") else { return .waits(.milliseconds(100)) }
        let quarantined: Int64 = try found.get("quarantined")
        if quarantined > 0 {
            logger.warning("rows went to quarantine", metadata: ["name": "\(job.name)", "rows": "\(quarantined)"])
        }
        (isCareful, heldFor) = (false, .zero)
        size.note(moved: moved + quarantined, took: took, target: MovePace.target(isIngesting: isIngesting))
        try await note(job, heldBy: nil, rows: size.rows)
        unvacuumed += moved + quarantined
        if unvacuumed >= step.roundRows { try await vacuum(step) }
        let rest = MovePace.rest(moved: moved, took: took, limit: job.rowsPerSecond, isIngesting: isIngesting)
        return .went(rest: rest)
    }

    /// What to do after a chunk that failed. nil: nothing helps.
    private mutating func afterFailure(_ error: ServerError, _ size: inout ChunkSize) -> MoveRound? {
        lastError = "\(error)"
        switch error.sqlState {
        case SQLState.Family("22"), SQLState.Family.integrityConstraintViolation, SQLState.Family("P0"):
            guard !isCareful else { return nil }
            isCareful = size.isSmallest
            size.noteFailure()
            return .went(rest: .zero)
        case .lockNotAvailable, .deadlockDetected, .serializationFailure, .queryCanceled:
            size.noteTrouble()
            return .waits(backOff())
        case SQLState.Family.insufficientResources:
            size.noteTrouble()
            return .waits(.seconds(30))
        default:
            return nil
        }
    }

    /// Counts a step's rows and makes the partitions that they need, and lets those go who planned without them.
    private mutating func prepare(_ step: MoveStep, of job: MoveJob) async throws {
        let made: Int64 = try await connection.query(SQLFile.query("deferred/prepare"), [job.name, step.number])
            .one().get("made")
        if made > 0 {
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(5)
            var waiting = try await readers(of: step)
            while !waiting.isEmpty, clock.now < deadline {
                try await clock.sleep(for: .milliseconds(10))
                waiting.formIntersection(try await readers(of: step))
            }
        }
        prepared.insert(step.number)
    }

    private func readers(of step: MoveStep) async throws -> Set<String> {
        let row = try await connection.query(SQLFile.query("deferred/readers"), [step.target]).one()
        return Set(try row.get("readers", as: [String].self))
    }

    /// Gives the space of what was moved back to the disk. The table was moved from its end, so that it becomes shorter.
    private mutating func vacuum(_ step: MoveStep) async throws {
        guard unvacuumed > 0 else { return }
        try await connection.run("VACUUM (TRUNCATE true) \(step.source)")
        unvacuumed = 0
    }

    // MARK: - Back

    private mutating func undo(_ job: MoveJob) async throws -> MoveRound {
        let start = ContinuousClock.now
        let load = try await load("ops.deferred_chunk")
        let found = try await connection.query(SQLFile.query("deferred/undo"), [job.name]).first
        guard let found else {
            return try await turn(job, rest: .zero)
        }
        let moved: Int64 = try found.get("moved")
        let took = ContinuousClock.now - start
        return .went(
            rest: MovePace.rest(moved: moved, took: took, limit: job.rowsPerSecond, isIngesting: load.isIngesting)
        )
    }

    // MARK: - What speaks against it

    private func load(_ source: String) async throws -> MoveLoad {
        let row = try await connection.query(SQLFile.query("deferred/load"), [source]).one()
        return try MoveLoad(row, disk: settings.disk(), now: Date())
    }

    private mutating func holdReason(_ load: MoveLoad, _ step: MoveStep, _ job: MoveJob) async throws -> String? {
        // What is moved and not vacuumed is a part of it already.
        let extra = unvacuumed == 0 ? job.extraBytes : step.rowBytes * Int64(size?.rows ?? job.chunkRows) * 2
        if let reason = throttle.judge(load, extraBytes: extra) { return reason }
        return try await connection.query(SQLFile.query("deferred/hold"), [job.name, step.number]).one().find("reason")
    }

    private mutating func hold(_ job: MoveJob, _ step: MoveStep, _ reason: String) async throws -> MoveRound {
        if job.heldBy == nil {
            logger.info("deferred migration waits", metadata: ["name": "\(job.name)", "reason": "\(reason)"])
        }
        try await note(job, heldBy: reason, rows: size?.rows ?? job.chunkRows)
        if reason.hasPrefix("disk") { try await vacuum(step) }
        if reason.hasPrefix("ingest: a commit") { size?.noteTrouble() }
        return .waits(backOff())
    }

    /// Longer each time it waits in a row, from a tenth of a second to half a minute.
    private mutating func backOff() -> Duration {
        heldFor = min(max(heldFor * 2, .milliseconds(100)), .seconds(30))
        return heldFor
    }

    private func note(_ job: MoveJob, heldBy reason: String?, rows: Int32) async throws {
        try await connection.query(SQLFile.query("deferred/note"), [job.name, reason, rows, lastError])
    }

    /// Takes the migration to its next state, unless it is not time yet, or readers hold what has to be replaced.
    private mutating func turn(_ job: MoveJob, rest: Duration) async throws -> MoveRound {
        let word: String
        do {
            word = try await connection.query(SQLFile.query("deferred/turn"), [job.name]).one().get("state")
        } catch let error as PostgresClientError
            where error.sqlState == .lockNotAvailable || error.sqlState == .deadlockDetected
        {
            let reason = "readers: a session has long held a view that has to be replaced"
            try await note(job, heldBy: reason, rows: job.chunkRows)
            return .waits(backOff())
        }
        if word == job.state.rawValue, job.state == .moved { return .waits(rest) }
        heldFor = .zero
        if job.heldBy != nil { try await note(job, heldBy: nil, rows: job.chunkRows) }
        if word != job.state.rawValue {
            logger.notice("deferred migration", metadata: ["name": "\(job.name)", "state": "\(word)"])
        }
        return .went(rest: rest)
    }
}
