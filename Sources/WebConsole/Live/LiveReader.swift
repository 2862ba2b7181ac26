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
        case .pulse:
            let events = try await pulse(of: feed, at: time)
            feed.setSeriesShown()
            return events
        }
    }

    private func readBase(_ feed: inout TrafficFeed, at time: Date) async throws {
        let chosen = feed.topic.chosen(at: time)
        let tailStart = TrafficFeed.tailStart(at: time)
        let query = feed.topic.query(over: Period(from: chosen.period.from, to: max(tailStart, chosen.period.from)))
        async let series = figures.series(query, bucketSeconds: chosen.bucketSeconds)
        async let queueSeries = figures.queueSeries(
            feed.topic.query(over: chosen.period),
            bucketSeconds: chosen.bucketSeconds
        )
        let base = try await TrafficFeed.Base(
            chosen: chosen,
            tailStart: tailStart,
            series: series,
            queueSeries: queueSeries
        )
        feed.setBase(base)
    }

    private func pulse(of feed: TrafficFeed, at time: Date) async throws -> [LiveEvent] {
        guard let base = feed.base else { return [] }
        let tail = Period(from: base.tailStart, to: base.tailStart.addingTimeInterval(180))
        let pulse = try await figures.pulse(feed.topic.query(over: tail))
        guard let merged = feed.merged(with: pulse, at: time) else { return [] }
        let tiles = TileView.tiles(merged.total, pulse.queues).map { tile in
            tile.compactMapValues { $0 as? String }
        }
        let data = ChartData(merged.series, merged.queues, nodes: pulse.nodes, now: time)
        let completeness = try templates.render(
            "completeness",
            CompletenessView(nodes: pulse.nodes, zone: .gmt, now: time).content
        )
        let points = LiveEvent(name: "points", data: data.tail(Self.livePoints).text)
        return [
            LiveEvent(name: "tiles", data: try JSONText.encode(tiles)),
            feed.isSeriesDue ? LiveEvent(name: "series", data: data.text) : points,
            LiveEvent(name: "completeness", data: try JSONText.encode([completeness])),
        ]
    }

    private func breakdown(of topic: TrafficTopic, at time: Date) async throws -> [LiveEvent] {
        let chosen = topic.chosen(at: time)
        let query = topic.query(over: chosen.period)
        let report = try await figures.report(
            query,
            by: topic.breakdown.grouping,
            order: topic.breakdown.order,
            limit: topic.breakdown.limit
        )
        let traffic = TrafficParameters(chosen: chosen, query: query)
        let view = BreakdownView(report: report, traffic: traffic, parameters: topic.breakdown, zone: .gmt, now: time)
        let html = try templates.render("breakdown", ["breakdown": view.content])
        return [LiveEvent(name: "breakdown", data: try JSONText.encode([html]))]
    }

    func status(over choice: PeriodChoice) async throws -> [LiveEvent] {
        let time = now()
        let period = ChosenPeriod(choice, at: time, zone: .gmt).period
        let nodes = try await figures.nodes(over: period)
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
