internal import Foundation
internal import Store

/// Nodes and their sources as the template of the Status page takes them.
struct StatusView {
    let nodes: [NodeStatus]
    let zone: TimeZone
    let now: Date

    var content: [String: Any] {
        let total = nodes.reduce(into: TrafficMeasures()) { $0 += $1.measures }
        return [
            "is_empty": nodes.isEmpty,
            "rows": nodes.map(node),
            "total": cells(total, active: sum(\.active), delayed: sum(\.delayed)),
            "sources": nodes.flatMap { node in node.sources.map { source($0, of: node) } },
            "has_sources": nodes.contains { !$0.sources.isEmpty },
        ]
    }

    /// nil if nobody measured.
    private func sum(_ size: KeyPath<QueueSizes, Int64?>) -> Int64? {
        let sizes = nodes.compactMap { $0.queue[keyPath: size] }
        return sizes.isEmpty ? nil : sizes.reduce(0, +)
    }

    private func node(_ node: NodeStatus) -> [String: Any] {
        [
            "node": node.node,
            "query": FormFields.encode(node.node),
            "is_online": node.isOnline,
            "is_sample": node.sources.contains(where: \.isSample),
            "cells": cells(node.measures, active: node.queue.active, delayed: node.queue.delayed),
        ]
    }

    private func cells(_ measures: TrafficMeasures, active: Int64?, delayed: Int64?) -> [String] {
        [
            active.map { NumberText.whole($0) } ?? NumberText.unknown,
            delayed.map { NumberText.whole($0) } ?? NumberText.unknown,
            NumberText.whole(measures.receptions), NumberText.whole(measures.deliveries),
            NumberText.whole(measures.bounces), NumberText.whole(measures.transientFailures),
            NumberText.whole(measures.rejections),
        ]
    }

    private func source(_ source: SourceStatus, of node: NodeStatus) -> [String: Any] {
        let lag = source.lagSeconds(at: now)
        var content: [String: Any] = [
            "node": node.node,
            "name": source.name,
            "format": source.format,
            "is_sample": source.isSample,
            "state": source.condition(at: now).rawValue,
            "is_well": source.condition(at: now) == .following,
            "lag": lag.map { TimeText.span($0) } ?? NumberText.unknown,
            "lag_bytes": NumberText.bytes(source.lagBytes),
            "is_behind": lag.map { $0 >= 60 } ?? true,
            "lines": NumberText.whole(source.lines),
            "events": NumberText.whole(source.events),
            "quarantined": NumberText.whole(source.quarantined),
            "has_quarantined": source.quarantined > 0,
        ]
        if let newest = source.newestLineAt { content["newest_line"] = time(newest) }
        if let report = source.lastReportAt { content["reported"] = time(report) }
        if let error = source.lastError {
            content["error"] = error
            if let at = source.lastErrorAt { content["error_at"] = time(at) }
        }
        return content
    }

    private func time(_ date: Date) -> [String: Any] {
        TimeView.content(date, style: .short, now: now, zone: zone)
    }
}
