import CollectorFixtures
import Logging
import MailEvents
import SystemPackage

@testable import Collector

/// A collector whose every step is taken by hand: one order is with the database, one waits, as in `SourceRunner`.
final class SimulatedCollector {
    enum Outcome {
        case well
        case fails
        case isLost
    }

    private let follower: LogFollower
    private let status: SourceStatus
    private let writer: RecordingWriter
    private let database: RecordingDatabase
    private let source: SourceDescription
    private let spool: SimulatedSpool
    private var orders: [InputStep] = []
    /// What the follower has not heard yet.
    private var answer: (@Sendable () async -> Void)?
    private var isHearing = false
    private var isKeepingUp = false
    private var isOpening = false
    private(set) var isOpen = false
    /// Nothing was left to read at the last step.
    private(set) var isIdle = false

    init(_ shop: Workshop, _ clock: SimulatedClock, keys: SimulatedKeys) {
        var settings = shop.settings
        settings.watch = WatchSettings()
        settings.watch.shortestPause = .zero
        settings.limits.rows = 7
        source = SourceDescription(node: "mx1", name: settings.path.string, format: .postfix)
        status = SourceStatus(source, logger: Logger(label: "simulation") { _ in TestLog.handler })
        database = shop.database
        writer = RecordingWriter(shop.database)
        let spooler = Spooler(settings: settings.spool, time: clock.source)
        spool = SimulatedSpool(spooler)
        follower = LogFollower(
            settings: settings,
            spooler: spooler,
            time: clock.source,
            status: status,
            newKey: { keys.next() }
        )
    }

    /// What has to go on at all times, once.
    func keepUp() async {
        guard !isKeepingUp else { return }
        isKeepingUp = spool.isHeld
        let follower = follower
        await spool.run { _ = await follower.keepUp() }
    }

    func look() async {
        await follower.look()
    }

    /// The spool's disk does not answer: what needs it stops in the middle, all else goes on.
    func holdSpool() {
        spool.hold()
    }

    func releaseSpool() async {
        await spool.release()
        isKeepingUp = false
        isHearing = false
        isOpen = isOpen || isOpening
        isOpening = false
    }

    /// Reads on, if there is room for what is read.
    func read() async {
        guard isOpen, orders.count < 2 else { return }
        let step = await follower.step()
        switch step {
        case .batch, .register, .lookUp, .marks:
            isIdle = false
            orders.append(step)
        case .idle(_, let readUpTo):
            isIdle = readUpTo != nil && orders.isEmpty && answer == nil && !isHearing
        }
    }

    func open() async throws {
        guard !isOpen, !isOpening else { return }
        let opening = try await writer.open(source)
        status.say(
            "opened: \(opening.files.map { "\($0.fileID) at \($0.position) head \($0.fingerprint.headLength)" })"
        )
        let follower = follower
        isOpening = spool.isHeld
        await spool.run {
            await follower.attach(opening)
            await follower.setWriterAway(false)
        }
        isOpen = !isOpening
    }

    /// Carries out the first order; what the follower has to hear of it is heard later.
    func deliver(_ outcome: Outcome) async {
        await hear()
        guard isOpen, !orders.isEmpty, !isHearing else { return }
        switch outcome {
        case .well: break
        case .fails: database.next(.fail)
        case .isLost: database.next(.loseAcknowledgement)
        }
        let order = orders.removeFirst()
        status.say("\(SimulatedCollector.text(order)) \(outcome)")
        let follower = follower
        do {
            switch order {
            case .batch(let batch):
                guard try await writer.commit(batch) == .committed else { throw PositionConflict() }
                answer = { await follower.committed(batch) }
            case .register(let key, let name, let fingerprint):
                let file = try await writer.register(name: name, fingerprint: fingerprint)
                answer = { await follower.registered(key, as: file) }
            case .lookUp(let key, let headHashes):
                let file = try await writer.lookUp(headHashes: headHashes)
                answer = { await follower.found(key, file) }
            case .marks(let fileID):
                let marks = try await writer.marks(of: fileID)
                answer = { await follower.found(marks, of: fileID) }
            case .idle:
                break
            }
        } catch {
            await lose()
        }
    }

    /// The follower hears what became of the last order.
    func hear() async {
        guard let answer else { return }
        self.answer = nil
        isHearing = spool.isHeld
        await spool.run(answer)
    }

    private static func text(_ order: InputStep) -> String {
        switch order {
        case .batch(let batch): "commit of \(batch.fileID) from \(batch.from) to \(batch.to)"
        case .register(let key, let name, _): "registration of \(key.description.prefix(8)) \(name)"
        case .lookUp(let key, _): "look-up of \(key.description.prefix(8))"
        case .marks(let fileID): "look-up of the marks of \(fileID)"
        case .idle: "nothing"
        }
    }

    /// The connection is gone.
    func lose() async {
        await releaseSpool()
        isOpen = false
        isIdle = false
        orders = []
        answer = nil
        await follower.setWriterAway(true)
    }

    /// As `kill -9` does: what is in memory is gone, locks are free.
    func kill() async {
        await releaseSpool()
        status.say("killed")
        await follower.close()
    }
}
