import MailEvents
import ServiceLifecycle

/// Runs one source: opens it, moves what it reads to the database, and begins anew after every failure. Never ends by
/// itself.
struct SourceRunner: Sendable {
    let source: SourceDescription
    let input: any SourceInput
    let writer: SourceWriter
    let status: SourceStatus
    let time: TimeSource
    /// How long a shutdown may take.
    var shutdownBound: Duration = .seconds(5)
    /// Queue sizes that wait to be stored.
    var samples: QueueSamples?
    /// What runs beside the source, until it is cancelled.
    var companion: @Sendable () async -> Void = {}
    /// How often the database hears of a source.
    var heartbeat: Duration = .seconds(3)
    /// A call that takes longer than this is taken for a database that is away.
    var slow: Duration = .seconds(2)

    private let stop = StopSign()

    /// Until the task is cancelled, or the service is shut down: then what was read is still committed.
    func run() async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await input.maintain()
                return false
            }
            group.addTask {
                await companion()
                return false
            }
            group.addTask {
                await watchWriter()
                return false
            }
            group.addTask {
                await write()
                return true
            }
            group.addTask {
                do {
                    try await gracefulShutdown()
                    stop.putUp()
                    try await time.sleep(shutdownBound)
                } catch {
                    return false
                }
                return true
            }
            for await isOver in group where isOver { break }
            group.cancelAll()
        }
        await input.close()
        status.update { $0.writing = .stopped }
    }

    /// Tells the input whether its bytes have to be made safe.
    private func watchWriter() async {
        var wasAway = false
        while !Task.isCancelled {
            let isAway = writer.isAway(slow: slow)
            if isAway != wasAway {
                await input.setWriterAway(isAway)
                wasAway = isAway
            }
            do {
                try await time.sleep(.milliseconds(50))
            } catch {
                return
            }
        }
    }

    private func write() async {
        while !Task.isCancelled && !stop.isUp {
            let action: WriterCourse.Action
            do {
                let opening = try await writer.open(source)
                _ = writer.turn(.opened)
                try await input.attach(opening)
                try await pump()
                return
            } catch is PositionConflict {
                action = writer.turn(.conflict)
            } catch {
                if Task.isCancelled { return }
                action = writer.turn(.failed(reason: "\(error)"))
            }
            if case .reopen(let wait) = action { await pause(wait) }
        }
    }

    /// Sleeps, and wakes for a shutdown.
    private func pause(_ duration: Duration) async {
        let end = time.elapsed() + duration
        while !stop.isUp, !Task.isCancelled, time.elapsed() < end {
            // A cancelled sleep ends the loop by its condition.
            try? await time.sleep(min(.milliseconds(100), end - time.elapsed()))
        }
    }

    /// Reads and writes at the same time: the next batch is made while the last one is committed.
    private func pump() async throws {
        let handoff = Handoff<WriterOrder>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await deliver(handoff) }
            group.addTask { await produce(handoff) }
            // The first that fails ends the other, which may be waiting for lines.
            while try await group.next() != nil {}
        }
    }

    private func deliver(_ handoff: Handoff<WriterOrder>) async throws {
        defer { handoff.close() }
        while let order = await handoff.take() {
            switch order {
            case .commit(let batch):
                try await writer.commit(batch, stop: stop)
                await input.committed(batch)
            case .register(let key, let name, let fingerprint):
                await input.registered(key, as: try await writer.register(name: name, fingerprint))
            case .lookUp(let key, let headHashes):
                await input.found(key, try await writer.lookUp(headHashes: headHashes))
            case .marks(let fileID):
                await input.found(try await writer.marks(of: fileID), of: fileID)
            case .report(let health, let isIdle):
                try await writer.report(health, isIdle: isIdle)
            case .store(let sample):
                try await writer.store(sample)
                samples?.remove(sample)
            }
        }
    }

    private func produce(_ handoff: Handoff<WriterOrder>) async {
        defer { handoff.close() }
        var reports = ReportTimes(heartbeat: heartbeat)
        // The sample that was handed over last: it stays the first until it is stored.
        var ordered: QueueSample?
        while !Task.isCancelled {
            if stop.isUp {
                if let batch = await input.flush() { _ = await handoff.give(.commit(batch)) }
                return
            }
            var orders: [WriterOrder] = []
            var health = status.health
            var wait: Duration?
            switch await input.step() {
            case .batch(var batch):
                batch.joinEnvelopes()
                await writer.prepare(batch)
                orders.append(.commit(batch))
            case .register(let key, let name, let fingerprint):
                orders.append(.register(key, name: name, fingerprint))
            case .lookUp(let key, let headHashes):
                orders.append(.lookUp(key, headHashes: headHashes))
            case .marks(let fileID):
                orders.append(.marks(of: fileID))
            case .idle(let pause, let readUpTo):
                wait = pause
                health = status.health
                health.readUpTo = readUpTo
            }
            let isIdle = health.readUpTo != nil
            if reports.isDue(now: time.elapsed(), changes: status.changes, isIdle: isIdle) {
                orders.append(.report(health, isIdle: isIdle))
            }
            if let sample = samples?.first, sample != ordered {
                orders.append(.store(sample))
                ordered = sample
            }
            for order in orders {
                guard await handoff.give(order) else { return }
            }
            // A cancelled sleep ends the loop by its condition.
            if let wait { try? await time.sleep(wait) }
        }
    }
}
