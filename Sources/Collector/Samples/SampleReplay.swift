import MailEvents

/// Replays sample lines for ever as if a mail server wrote them: with the present time, other message ids in each
/// round, and a pace that varies.
actor SampleReplay {
    /// Lines of so long are written at once: a reader does not look more often.
    private static let piece: Duration = .milliseconds(40)

    private let executor = QueueExecutor(label: "mailmill.samples")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let settings: SampleSettings
    private let status: SourceStatus
    private let time: TimeSource

    init(_ settings: SampleSettings, status: SourceStatus, time: TimeSource) {
        self.settings = settings
        self.status = status
        self.time = time
    }

    /// Until the task is cancelled.
    func run() async {
        var backOff = BackOff()
        while !Task.isCancelled {
            do {
                try await replay()
            } catch is CancellationError {
                return
            } catch {
                status.set("samples cannot be replayed: \(error)", of: .command)
            }
            // A cancelled sleep ends the loop by its condition.
            try? await time.sleep(backOff.next(random: .random(in: 0..<1)))
        }
    }

    private func replay() async throws {
        let script = try SampleScript(settings.lines, format: settings.format)
        let log = SampleLog(settings)
        var pace = SamplePace(seed: settings.seed)
        let past = try log.isNew() ? settings.history : .zero
        let start = (wall: time.wall() - Int64(past / .microseconds(1)), elapsed: time.elapsed() - past)
        // Rounds of an earlier run had lower numbers.
        var round = UInt64(max(0, start.wall / 1_000_000))
        var offset: Int64 = 0
        var piece: [UInt8] = []
        while true {
            for line in script.lines {
                offset += pace.wait(Int64(Double(line.delay) / max(settings.speed, 0.001)))
                let due = start.elapsed + .microseconds(offset)
                let wait = due - time.elapsed()
                if wait > SampleReplay.piece, !piece.isEmpty { try write(&piece, to: log) }
                if wait > SampleReplay.piece { try await time.sleep(wait) }
                piece += script.text(line, at: start.wall + offset, round: round)
                if piece.count > 64 << 10 { try write(&piece, to: log) }
            }
            try write(&piece, to: log)
            // The pause between two rounds is one second of the samples.
            offset += pace.wait(Int64(1_000_000 / max(settings.speed, 0.001)))
            round += 1
            try Task.checkCancellation()
        }
    }

    private func write(_ piece: inout [UInt8], to log: SampleLog) throws {
        try log.append(piece)
        piece.removeAll(keepingCapacity: true)
        status.set(nil, of: .command)
    }
}
