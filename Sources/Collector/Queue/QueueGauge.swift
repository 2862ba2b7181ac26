import SystemPackage

/// Takes the sizes of a Postfix queue every few seconds.
struct QueueGauge: Sendable {
    let settings: QueueGaugeSettings
    let samples: QueueSamples
    let status: SourceStatus
    let time: TimeSource

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let start = time.elapsed()
            await measure()
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

    private func measure() async {
        guard case .file = PathFacts.look(at: settings.program) else { return }
        let takenAt = time.wall()
        let counter = PostqueueOutput()
        do {
            try await CommandStream.run(settings.program, settings.arguments + ["-j"]) { await counter.take($0) }
            let count = await counter.count
            guard !Task.isCancelled else { return }
            samples.add(QueueSample(takenAt: takenAt, active: count.active, delayed: count.delayed))
            status.set(count.unknown > 0 ? "postqueue: \(count.unknown) lines tell no known queue" : nil, of: .queue)
        } catch {
            guard !Task.isCancelled else { return }
            status.set("queue sizes cannot be taken: \(error)", of: .queue)
        }
    }
}

/// The counter, where the command's output is taken.
private actor PostqueueOutput {
    private(set) var count = PostqueueCounter()

    func take(_ bytes: [UInt8]) {
        count.take(bytes)
    }
}
