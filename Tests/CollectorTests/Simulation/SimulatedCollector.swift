import CollectorFixtures
import Logging
import MailEvents
import SystemPackage

@testable import Collector

/// A collector whose every step is taken by hand: one order is with the database, one waits, as in `SourceRunner`.
final class SimulatedCollector {
    enum Answer: CaseIterable {
        case well
        case fails
        case isLost
    }

    private let follower: LogFollower
    private let status: SourceStatus
    private let writer: RecordingWriter
    private let database: RecordingDatabase
    private let source: SourceDescription
    private var orders: [InputStep] = []
    private(set) var isOpen = false
    /// Nothing was left to read at the last step.
    private(set) var isIdle = false

    init(_ shop: Workshop, _ clock: SimulatedClock) {
        var settings = shop.settings
        settings.watch = WatchSettings()
        settings.watch.shortestPause = .zero
        settings.limits.rows = 7
        source = SourceDescription(node: "mx1", name: settings.path.string, format: .postfix)
        status = SourceStatus(source, logger: Logger(label: "simulation") { _ in TestLog.handler })
        database = shop.database
        writer = RecordingWriter(shop.database)
        let spooler = Spooler(settings: settings.spool, time: clock.source)
        follower = LogFollower(settings: settings, spooler: spooler, time: clock.source, status: status)
    }

    /// What has to go on at all times, once.
    func keepUp() async {
        _ = await follower.keepUp()
    }

    /// Reads on, if there is room for what is read.
    func read() async {
        guard isOpen, orders.count < 2 else { return }
        let step = await follower.step()
        switch step {
        case .batch, .register, .lookUp:
            isIdle = false
            orders.append(step)
        case .idle(_, let readUpTo):
            isIdle = readUpTo != nil && orders.isEmpty
        }
    }

    func open() async throws {
        guard !isOpen else { return }
        let opening = try await writer.open(source)
        status.say(
            "opened: \(opening.files.map { "\($0.fileID) at \($0.position) head \($0.fingerprint.headLength)" })"
        )
        await follower.attach(opening)
        await follower.setWriterAway(false)
        isOpen = true
    }

    /// Carries out the first order.
    func deliver(_ answer: Answer) async {
        guard isOpen, !orders.isEmpty else { return }
        switch answer {
        case .well: break
        case .fails: database.next(.fail)
        case .isLost: database.next(.loseAcknowledgement)
        }
        let order = orders.removeFirst()
        status.say("\(SimulatedCollector.text(order)) \(answer)")
        do {
            switch order {
            case .batch(let batch):
                guard try await writer.commit(batch) == .committed else { throw PositionConflict() }
                await follower.committed(batch)
            case .register(let key, let name, let fingerprint):
                await follower.registered(key, as: try await writer.register(name: name, fingerprint: fingerprint))
            case .lookUp(let key, let headHashes):
                await follower.found(key, try await writer.lookUp(headHashes: headHashes))
            case .idle:
                break
            }
        } catch {
            await lose()
        }
    }

    private static func text(_ order: InputStep) -> String {
        switch order {
        case .batch(let batch): "commit of \(batch.fileID) from \(batch.from) to \(batch.to)"
        case .register(let key, let name, _): "registration of \(key.description.prefix(8)) \(name)"
        case .lookUp(let key, _): "look-up of \(key.description.prefix(8))"
        case .idle: "nothing"
        }
    }

    /// The connection is gone.
    func lose() async {
        isOpen = false
        isIdle = false
        orders = []
        await follower.setWriterAway(true)
    }

    /// As `kill -9` does: what is in memory is gone, locks are free.
    func kill() async {
        status.say("killed")
        await follower.close()
    }
}
