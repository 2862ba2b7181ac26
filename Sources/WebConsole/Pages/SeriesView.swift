internal import Foundation
internal import Store

/// The charts' points: for the script as one attribute, for everybody as a table.
struct SeriesView {
    let figures: DashboardFigures
    let traffic: TrafficParameters
    let zone: TimeZone
    let now: Date

    var content: [String: Any] {
        let bucket = figures.series.bucketSeconds
        return [
            "series": ChartData(figures.series, figures.queueSeries, nodes: figures.report.nodes, now: now).text,
            "bucket_words": TimeText.span(Double(bucket)),
            "series_rows": rows,
            "series_csv": csvLink,
        ]
    }

    /// Newest first; what lies ahead is left out.
    private var rows: [[String: Any]] {
        let queues = Dictionary(
            figures.queueSeries.points.map { ($0.start, $0.sizes) },
            uniquingKeysWith: { _, newer in newer }
        )
        let frontier = figures.report.nodes.compactMap(\.completeUntil).max()
        return figures.series.points.reversed().filter { $0.start < now }.map { point in
            let isRead = frontier.map { point.start < $0 } ?? !point.measures.isEmpty
            let measures = point.measures
            let sizes = queues[point.start]
            func number(_ value: Int64) -> String {
                isRead || value > 0 ? NumberText.whole(value) : NumberText.unknown
            }
            return [
                "start": TimeView.content(point.start, style: .minute, now: now, zone: zone),
                "cells": [
                    number(measures.receptions), number(measures.rejections5xx), number(measures.rejections4xx),
                    number(measures.discards), number(measures.deliveries), number(measures.bounces),
                    number(measures.transientFailures),
                    sizes?.active.map { NumberText.whole($0) } ?? NumberText.unknown,
                    sizes?.delayed.map { NumberText.whole($0) } ?? NumberText.unknown,
                    sizes?.connectionsIn.map { NumberText.whole($0) } ?? NumberText.unknown,
                    sizes?.connectionsOut.map { NumberText.whole($0) } ?? NumberText.unknown,
                ],
            ]
        }
    }

    private var csvLink: String {
        var fields = traffic.fields
        fields.set("format", to: "csv")
        return PeriodView.link("/api/v1/traffic/series", fields)
    }
}

/// The points as the charts' script reads them: short, for a year has hundreds.
struct ChartData {
    private let series: TrafficSeries
    private let queues: QueueSeries
    private let nodes: [NodeCompleteness]
    private let now: Date

    init(_ series: TrafficSeries, _ queues: QueueSeries, nodes: [NodeCompleteness], now: Date) {
        self.series = series
        self.queues = queues
        self.nodes = nodes
        self.now = now
    }

    /// The same with the last points only.
    func tail(_ count: Int) -> ChartData {
        var series = series
        series.points = series.points.suffix(count)
        var queues = queues
        queues.points = queues.points.suffix(count)
        return ChartData(series, queues, nodes: nodes, now: now)
    }

    /// `{"bucket":60,"from":…,"to":…,"now":…,"oldest":…,"newest":…,"traffic":[[start,…]],"queues":[[start,active,delayed,connections in, out]]}`;
    /// times in seconds since 1970. `oldest` and `newest`: up to when all nodes, and the furthest one, have been read.
    var text: String {
        let times = nodes.compactMap(\.completeUntil)
        let oldest = times.count == nodes.count ? times.min() : nil
        let fields = [
            "\"bucket\":\(series.bucketSeconds)",
            "\"from\":\(Self.seconds(series.period.from))",
            "\"to\":\(Self.seconds(series.period.to))",
            "\"now\":\(Self.seconds(now))",
            "\"oldest\":\(oldest.map(Self.seconds) ?? "null")",
            "\"newest\":\(times.max().map(Self.seconds) ?? "null")",
            "\"traffic\":[\(series.points.map(Self.text).joined(separator: ","))]",
            "\"queues\":[\(queues.points.map(Self.text).joined(separator: ","))]",
        ]
        return "{\(fields.joined(separator: ","))}"
    }

    /// Start, receptions, rejections 5xx and 4xx, discards, deliveries, bounces, transient failures.
    static func text(_ point: TrafficSeries.Point) -> String {
        let measures = point.measures
        let numbers = [
            measures.receptions, measures.rejections5xx, measures.rejections4xx, measures.discards,
            measures.deliveries, measures.bounces, measures.transientFailures,
        ]
        return "[\(seconds(point.start)),\(numbers.map { String($0) }.joined(separator: ","))]"
    }

    static func text(_ point: QueueSeries.Point) -> String {
        let numbers = [
            point.sizes.active, point.sizes.delayed, point.sizes.connectionsIn, point.sizes.connectionsOut,
        ].map { $0.map { String($0) } ?? "null" }
        return "[\(seconds(point.start)),\(numbers.joined(separator: ","))]"
    }

    static func seconds(_ date: Date) -> String { String(Int(date.timeIntervalSince1970.rounded(.down))) }
}
