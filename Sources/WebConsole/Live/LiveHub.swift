internal import Accounts
internal import Foundation
internal import Logging
internal import Store

/// A browser's place among the listeners.
struct LiveSubscription: Sendable {
    let id: Int
    let events: AsyncStream<LiveEvent>
    /// Lets the events end.
    let end: @Sendable () -> Void
}

/// The live feed: one reader for all browsers. It asks the database one question an interval, whoever's turn it is, and
/// none while nobody watches.
actor LiveHub {
    private struct Listener {
        let topic: LiveTopic
        let session: SessionDigest
        let mailbox: AsyncStream<LiveEvent>.Continuation
    }

    private struct Watched {
        var feed: TrafficFeed?
        /// The newest event of each name: what a browser that comes later begins with.
        var newest: [String: LiveEvent] = [:]
        var turn = 0
        var readAt: Date?
    }

    private let reader: LiveReader
    private let limits: LiveLimits
    private let logger: Logger
    private var listeners: [Int: Listener] = [:]
    private var topics: [LiveTopic: Watched] = [:]
    private var lastListener = 0
    private var lastTurn = 0
    private var shownState: LiveEvent?
    private var wasDown = false
    /// What was logged last.
    private var complaint: (text: String, at: Date)?
    private var heartbeatAt: ContinuousClock.Instant = .now
    private let wakeUps: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation

    init(reader: LiveReader, limits: LiveLimits, logger: Logger) {
        self.reader = reader
        self.limits = limits
        self.logger = logger
        (self.wakeUps, self.waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Begins to follow a topic. Throws `tooManyStreams`. `unsubscribe` must follow.
    func subscribe(
        _ topic: LiveTopic,
        session: SessionDigest
    ) throws(ConsoleProblem) -> LiveSubscription {
        let mine = listeners.values.count { $0.session == session }
        guard listeners.count < limits.streams, mine < limits.streamsOfSession,
            topics[topic] != nil || topics.count < limits.topics
        else { throw .tooManyStreams }
        let (events, mailbox) = AsyncStream.makeStream(of: LiveEvent.self, bufferingPolicy: .bufferingOldest(32))
        lastListener += 1
        listeners[lastListener] = Listener(topic: topic, session: session, mailbox: mailbox)
        var watched = topics[topic] ?? Watched()
        if case .traffic(let traffic) = topic, watched.feed == nil { watched.feed = TrafficFeed(topic: traffic) }
        topics[topic] = watched
        if let shownState { mailbox.yield(shownState) }
        // The points that moved since belong after the whole series.
        for event in watched.newest.values.sorted(by: { $0.name > $1.name }) { mailbox.yield(event) }
        waker.yield()
        return LiveSubscription(id: lastListener, events: events, end: { mailbox.finish() })
    }

    func unsubscribe(_ id: Int) {
        guard let listener = listeners.removeValue(forKey: id) else { return }
        listener.mailbox.finish()
        if !listeners.values.contains(where: { $0.topic == listener.topic }) {
            topics[listener.topic] = nil
        }
    }

    /// Open streams.
    var listenerCount: Int { listeners.count }

    /// Ends every stream.
    func finish() {
        for id in listeners.keys { unsubscribe(id) }
    }

    /// Reads for as long as the task lives.
    func run() async {
        let clock = ContinuousClock()
        var next = clock.now
        while !Task.isCancelled {
            if listeners.isEmpty {
                shownState = nil
                for await _ in wakeUps { break }
                next = clock.now
                continue
            }
            await step()
            next = max(next.advanced(by: limits.interval), clock.now)
            // Cancelled means: stop, which the loop's condition sees.
            try? await clock.sleep(until: next)
        }
        finish()
    }

    /// One turn: how the database is, and one question if it answers.
    func step() async {
        let isUp = await showState()
        if ContinuousClock.now - heartbeatAt >= limits.heartbeat {
            heartbeatAt = .now
            for id in listeners.keys { deliver(.heartbeat, to: id) }
        }
        guard isUp, let topic = nextTopic() else { return }
        lastTurn += 1
        topics[topic]?.turn = lastTurn
        do {
            try await read(topic)
            complaint = nil
        } catch {
            complain(of: error)
        }
    }

    /// Once, then once a minute: it tries four times a second.
    private func complain(of error: any Error) {
        let now = reader.now()
        let text = "\(error)"
        if let complaint, complaint.text == text, now.timeIntervalSince(complaint.at) < 60 { return }
        complaint = (text, now)
        logger.warning("live feed could not read", metadata: ["error": "\(text)"])
    }

    private func showState() async -> Bool {
        let state = await reader.figures.state()
        let isUp = state.database.answersQueries
        if isUp == wasDown {
            // What was known before is not to be shown while it is down, nor taken up again when it is back.
            for topic in topics.keys {
                topics[topic]?.feed?.forget()
                topics[topic]?.newest = [:]
            }
        }
        wasDown = !isUp
        do {
            let event = try reader.state(state)
            if event != shownState {
                shownState = event
                for id in listeners.keys { deliver(event, to: id) }
            }
        } catch {
            logger.error("live feed could not render", metadata: ["error": "\(error)"])
        }
        return isUp
    }

    /// Whoever waited longest. The Status page has no need of more than one answer a second.
    private func nextTopic() -> LiveTopic? {
        let now = reader.now()
        let due = topics.filter { topic, watched in
            guard case .status = topic, let readAt = watched.readAt else { return true }
            return now.timeIntervalSince(readAt) >= 1
        }
        return due.min { $0.value.turn < $1.value.turn }?.key
    }

    private func read(_ topic: LiveTopic) async throws {
        let events: [LiveEvent]
        switch topic {
        case .status(let choice):
            events = try await reader.status(over: choice)
        case .traffic:
            guard var feed = topics[topic]?.feed else { return }
            events = try await reader.read(&feed)
            topics[topic]?.feed = feed
        }
        topics[topic]?.readAt = reader.now()
        for event in events where topics[topic]?.newest[event.name] != event {
            if event.name == "series" { topics[topic]?.newest["points"] = nil }
            topics[topic]?.newest[event.name] = event
            for (id, listener) in listeners where listener.topic == topic { deliver(event, to: id) }
        }
    }

    /// A browser that does not keep up is let go; it comes back by itself and begins with the newest.
    private func deliver(_ event: LiveEvent, to id: Int) {
        guard let listener = listeners[id] else { return }
        if case .dropped = listener.mailbox.yield(event) { unsubscribe(id) }
    }
}
