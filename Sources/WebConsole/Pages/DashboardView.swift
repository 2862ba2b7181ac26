internal import Foundation
internal import Store

/// The figures of a dashboard as its template takes them.
struct DashboardView {
    let figures: DashboardFigures
    let traffic: TrafficParameters
    let breakdown: BreakdownParameters
    let zone: TimeZone
    let now: Date

    var content: [String: Any] {
        var content = FilterView(traffic: traffic, choices: figures.choices).content
        content["has_data"] = !isWithoutNode
        content["tiles"] = TileView(query: traffic.query).tiles(figures.report.total, figures.queues)
        content.merge(CompletenessView(nodes: figures.report.nodes, zone: zone, now: now).content) { _, new in new }
        content.merge(SeriesView(figures: figures, traffic: traffic, zone: zone, now: now).content) { _, new in new }
        content["breakdown"] =
            BreakdownView(report: figures.report, traffic: traffic, parameters: breakdown, zone: zone, now: now).content
        content.merge(emptiness) { _, new in new }
        return content
    }

    private var isWithoutNode: Bool {
        figures.report.nodes.isEmpty && figures.report.total.isEmpty && figures.choices.nodes.isEmpty
    }

    /// Which kind of nothing there is, if there is nothing.
    private var emptiness: [String: Any] {
        let isQuiet = figures.report.total.isEmpty
        if isWithoutNode { return ["is_without_node": true] }
        if !isQuiet { return [:] }
        return traffic.hasFilter ? ["is_filtered_empty": true] : ["is_quiet": true]
    }
}

/// The summary: one number a tile.
struct TileView {
    let query: TrafficQuery

    func tiles(_ total: TrafficMeasures, _ queues: QueueSizes) -> [[String: Any]] {
        [
            tile("receptions", "Receptions", told(total.receptions)),
            tile(
                "deliveries",
                "Deliveries",
                total.deliveries,
                share: total.ended > 0 ? 1 - (total.bounceRate ?? 0) : nil
            ),
            tile("bounces", "Bounces", total.bounces, share: total.bounceRate),
            tile("transient_failures", "Transient failures", total.transientFailures, share: total.transientRate),
            tile("rejections", "Rejections", told(total.rejections)),
            tile("active", "Active queue", queues.active, isQueue: true),
            tile("delayed", "Delayed queue", queues.delayed, isQueue: true),
        ]
    }

    /// Postfix and others tell neither binding nor domain of what comes in: through such a filter, a zero tells nothing.
    private func told(_ number: Int64) -> Int64? { number == 0 && query.isFinerThanNodes ? nil : number }

    private func tile(
        _ key: String,
        _ label: String,
        _ number: Int64?,
        share: Double? = nil,
        isQueue: Bool = false
    ) -> [String: Any] {
        var content: [String: Any] = [
            "key": key,
            "label": label,
            "full": number.map { NumberText.whole($0) } ?? NumberText.unknown,
            "compact": number.map { NumberText.compact($0) } ?? NumberText.unknown,
            "note": share.map { NumberText.percent($0) + " " + (Self.notes[key] ?? "") }
                ?? (Self.notes[key + ".none"] ?? ""),
            "is_queue": isQueue,
        ]
        if number == nil { content["note"] = isQueue ? "not measured" : "not told" }
        return content
    }

    /// What the share under a number is a share of.
    private static let notes = [
        "deliveries": "of ended", "bounces": "of ended", "transient_failures": "of attempts",
        "receptions.none": "messages", "rejections.none": "4xx and 5xx", "active.none": "now", "delayed.none": "now",
    ]
}

/// "Complete until …", for all and for each node.
struct CompletenessView {
    let nodes: [NodeCompleteness]
    let zone: TimeZone
    let now: Date

    /// Younger than this is as good as now.
    static let freshness: TimeInterval = 90

    var content: [String: Any] {
        let times = nodes.compactMap(\.completeUntil)
        var content: [String: Any] = [
            "node_count": nodes.count,
            "has_nodes": !nodes.isEmpty,
            "is_one_node": nodes.count == 1,
            "completeness": nodes.map(node),
        ]
        if times.count == nodes.count, let oldest = times.min() {
            content["complete_until"] = TimeView.content(oldest, style: .short, now: now, zone: zone)
        }
        let late = nodes.filter { isLate($0) }
        content["late_nodes"] = late.map(node)
        content["is_late"] = !late.isEmpty
        return content
    }

    private func isLate(_ node: NodeCompleteness) -> Bool {
        guard let time = node.completeUntil else { return true }
        return now.timeIntervalSince(time) > Self.freshness
    }

    private func node(_ node: NodeCompleteness) -> [String: Any] {
        var content: [String: Any] = ["node": node.node, "is_late": isLate(node)]
        if let time = node.completeUntil {
            content["until"] = TimeView.content(time, style: .short, now: now, zone: zone)
        }
        return content
    }
}
