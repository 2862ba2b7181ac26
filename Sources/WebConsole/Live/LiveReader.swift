internal import Foundation
internal import Store

/// Makes live events: asks the backend one question a call, and renders what changed. Times are rendered in UTC; the
/// script puts them into each person's zone.
struct LiveReader: Sendable {
    let figures: any ConsoleBackend
    let templates: Templates
    let now: @Sendable () -> Date

    /// The tail is two minutes and the one that runs: so many points can change between two bases.
    private static let livePoints = 4

    /// Reads what is due of a feed.
    func read(_ feed: inout TrafficFeed) async throws -> [LiveEvent] {
        let time = now()
        switch feed.next(at: time) {
        case .base:
            try await readBase(&feed, at: time)
            return []
        case .breakdown:
            let events = try await breakdown(of: feed.topic, at: time)
            feed.setBreakdownRead(at: time)
            return events
        case .standing:
            let query = feed.topic.query(over: feed.topic.chosen(at: time).period)
            var standing = try await figures.standing(node: query.node)
            standing.queues = query.limits(standing.queues)
            feed.setStanding(standing, at: time)
            return try events(of: &feed, at: time)
        case .tail:
            let start = TrafficFeed.tailStart(at: time)
            let tail = Period(from: start, to: start.addingTimeInterval(120))
            feed.setTail(try await figures.series(feed.topic.query(over: tail), points: 400).points)
            return try events(of: &feed, at: time)
        }
    }

    private func readBase(_ feed: inout TrafficFeed, at time: Date) async throws {
        let chosen = feed.topic.chosen(at: time)
        let tailStart = TrafficFeed.tailStart(at: time)
        let query = feed.topic.query(over: Period(from: chosen.period.from, to: max(tailStart, chosen.period.from)))
        async let series = figures.series(query, points: chosen.points)
        async let queues = figures.queueSeries(period: chosen.period, node: query.node, points: chosen.points)
        let base = try await TrafficFeed.Base(
            chosen: chosen,
            tailStart: tailStart,
            series: series,
            queueSeries: query.limits(queues)
        )
        feed.setBase(base)
    }

    /// What all that was read comes to.
    private func events(of feed: inout TrafficFeed, at time: Date) throws -> [LiveEvent] {
        guard let merged = feed.merged(at: time), let standing = feed.standing else { return [] }
        let query = feed.topic.query(over: merged.series.period)
        let tiles = TileView(query: query).tiles(merged.total, standing.queues).map { tile in
            tile.compactMapValues { $0 as? String }
        }
        let data = ChartData(merged.series, merged.queues, nodes: standing.nodes, now: time)
        let completeness = try templates.render(
            "completeness",
            CompletenessView(nodes: standing.nodes, zone: .gmt, now: time).content
        )
        let isWhole = feed.isSeriesDue
        feed.setSeriesShown()
        return [
            LiveEvent(name: "tiles", data: try JSONText.encode(tiles)),
            LiveEvent(name: isWhole ? "series" : "points", data: (isWhole ? data : data.tail(Self.livePoints)).text),
            LiveEvent(name: "completeness", data: try JSONText.encode([completeness])),
        ]
    }

    private func breakdown(of topic: TrafficTopic, at time: Date) async throws -> [LiveEvent] {
        let chosen = topic.chosen(at: time)
        let query = topic.query(over: chosen.period)
        let report = try await figures.traffic(query, topic.breakdown)
        let traffic = TrafficParameters(chosen: chosen, query: query)
        let view = BreakdownView(report: report, traffic: traffic, parameters: topic.breakdown, zone: .gmt, now: time)
        let html = try templates.render("breakdown", ["breakdown": view.content])
        return [LiveEvent(name: "breakdown", data: try JSONText.encode([html]))]
    }

    func status(over choice: PeriodChoice) async throws -> [LiveEvent] {
        let time = now()
        let period = ChosenPeriod(choice, at: time, zone: .gmt).period
        let nodes = try await figures.status(over: period)
        let view = StatusView(nodes: nodes, zone: .gmt, now: time)
        let html = try templates.render("status-tables", ["nodes": view.content])
        return [LiveEvent(name: "status", data: try JSONText.encode([html]))]
    }

    /// The banner that every page shows, or none.
    func state(_ state: ConsoleState) throws -> LiveEvent {
        let time = now()
        var content: [String: Any] = [:]
        if let banner = Banner(state.database, zone: .gmt, now: time) { content["banner"] = banner.content }
        let html = try templates.render("banner", content)
        return LiveEvent(name: "state", data: try JSONText.encode(["state": state.database.name, "html": html]))
    }
}
