internal import Foundation
package import Logging
package import PostgresClient
internal import ServiceLifecycle
internal import Synchronization

/// The role `manager`: runs the upkeep jobs, each at its own pace, and the deferred migrations, until it is told to stop.
/// A job that fails is tried again; the others go on.
package final class ManagerService: Service {
    private let upkeep: Upkeep
    private let moves: MoveWorker
    private let logger: Logger
    private let states = Mutex<[UpkeepJob: JobState]>([:])

    /// - Parameters:
    ///   - pool: connections as `mailmill_owner`.
    ///   - keeping: how long things are kept.
    ///   - moving: how deferred migrations move rows.
    package init(
        _ pool: ConnectionPool,
        keeping: RetentionRules = RetentionRules(),
        moving: MoveSettings = MoveSettings(),
        logger: Logger
    ) {
        upkeep = Upkeep(pool, keeping: keeping, logger: logger)
        moves = MoveWorker(pool.settings, settings: moving, logger: logger)
        self.logger = logger
    }

    /// What each job did last.
    package var jobs: [UpkeepJob: JobState] { states.withLock { $0 } }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                for job in UpkeepJob.allCases { group.addTask { await self.repeating(job) } }
                group.addTask { await cancelWhenGracefulShutdown { await self.moves.run() } }
                await group.waitForAll()
            }
        } onGracefulShutdown: {
        }
    }

    private func repeating(_ job: UpkeepJob) async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let pause = await self.once(job) ? job.interval : .seconds(2)
                // Cancelled: the loop's condition ends it.
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// True if it went well.
    private func once(_ job: UpkeepJob) async -> Bool {
        do {
            let count = try await upkeep.run(job)
            note(job) { state in
                state.count = count
                state.lastError = nil
            }
            return true
        } catch is CancellationError {
            return true
        } catch {
            let text = "\(error)"
            let isNew = note(job) { state in
                let isNew = state.lastError != text
                state.lastError = text
                return isNew
            }
            if isNew { logger.error("upkeep failed", metadata: ["job": "\(job)", "error": "\(text)"]) }
            return false
        }
    }

    @discardableResult
    private func note<T: Sendable>(_ job: UpkeepJob, _ change: (inout JobState) -> T) -> T {
        states.withLock { states in
            var state = states[job] ?? JobState()
            state.lastRunAt = Date()
            let result = change(&state)
            states[job] = state
            return result
        }
    }
}
