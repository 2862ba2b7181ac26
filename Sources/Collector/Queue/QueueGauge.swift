import SystemPackage

/// Takes the sizes of a mail server's queue every few seconds.
struct QueueGauge: Sendable {
    let settings: QueueGaugeSettings
    let samples: QueueSamples
    let status: SourceStatus
    let time: TimeSource

    /// Until the task is cancelled.
    func run() async {
        var partsTakenAt: Duration?
        while !Task.isCancelled {
            let start = time.elapsed()
            let hasParts = partsTakenAt.map { start - $0 >= settings.partsInterval } ?? true
            if hasParts { partsTakenAt = start }
            await measure(hasParts: hasParts)
            let took = time.elapsed() - start
            // A cancelled sleep ends the loop by its condition.
            try? await time.sleep(QueueGauge.wait(settings, took: took))
        }
    }

    /// The time from the end of a run to the next.
    static func wait(_ settings: QueueGaugeSettings, took: Duration) -> Duration {
        let part = min(max(settings.share, 0.001), 1)
        return max(settings.interval - took, took * ((1 - part) / part))
    }

    private func measure(hasParts: Bool) async {
        do {
            guard var sample = try await take(hasParts: hasParts), !Task.isCancelled else { return }
            if !hasParts { sample.parts = [] }
            samples.add(sample)
        } catch {
            guard !Task.isCancelled else { return }
            status.set("queue sizes cannot be taken: \(error)", of: .queue)
        }
    }

    /// Nil where nothing can be measured.
    private func take(hasParts: Bool) async throws -> QueueSample? {
        let takenAt = time.wall()
        switch settings.server {
        case .postfix:
            let listing = QueueListing(PostqueueCounter()) { $0.take($1) }
            guard let counter = try await run(listing, ["-j"]) else { return nil }
            status.set(
                counter.unknown > 0 ? "postqueue: \(counter.unknown) lines tell no known queue" : nil,
                of: .queue
            )
            var sample = QueueSample(takenAt: takenAt, active: counter.active, delayed: counter.delayed)
            sample.parts = counter.parts.largest(settings.parts)
            return sample
        case .exim:
            let listing = QueueListing(EximQueueCounter()) { $0.take($1) }
            guard var counter = try await run(listing, ["-bp"]) else { return nil }
            counter.finish()
            status.set(nil, of: .queue)
            var sample = QueueSample(takenAt: takenAt, active: nil, delayed: counter.delayed)
            sample.parts = counter.parts.largest(settings.parts)
            return sample
        case .kumomta(let address):
            let text = try await StatisticsReader(address: address).get("/metrics")
            status.set(nil, of: .queue)
            return KumoMTAMetrics.sample(text, takenAt: takenAt, parts: settings.parts)
        case .momentum(let address):
            let reader = StatisticsReader(address: address)
            var sample = try MomentumStatistics.sample(
                try await reader.get("/stats/summary"),
                takenAt: takenAt,
                address: address
            )
            if hasParts {
                let mailq = try await reader.get("/stats/queues/mailq?limit=\(settings.parts)")
                sample.parts = try MomentumStatistics.parts(mailq, address: address, count: settings.parts)
            }
            status.set(nil, of: .queue)
            return sample
        }
    }

    /// Runs the command, and gives what its output was counted as.
    private func run<Counter: Sendable>(_ listing: QueueListing<Counter>, _ arguments: [String]) async throws
        -> Counter?
    {
        guard case .file = PathFacts.look(at: settings.program) else { return nil }
        try await CommandStream.run(settings.program, settings.arguments + arguments) { await listing.take($0) }
        return await listing.counter
    }
}

/// The counter, where the command's output is taken.
private actor QueueListing<Counter: Sendable> {
    private(set) var counter: Counter
    private let add: @Sendable (inout Counter, [UInt8]) -> Void

    init(_ counter: Counter, add: @escaping @Sendable (inout Counter, [UInt8]) -> Void) {
        self.counter = counter
        self.add = add
    }

    func take(_ bytes: [UInt8]) {
        add(&counter, bytes)
    }
}
