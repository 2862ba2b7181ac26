internal import Foundation
internal import Store

extension SeriesDocument {
    /// A row a bucket; nothing where the queues were not measured.
    var csv: CSVTable {
        let sizes = Dictionary(queues.points.map { ($0.start, $0.sizes) }, uniquingKeysWith: { _, newer in newer })
        var table = CSVTable(header: [
            "start", "receptions", "rejections_5xx", "rejections_4xx", "discards", "deliveries", "permanent_failures",
            "out_of_band_bounces", "transient_failures", "active", "delayed", "connections_in", "connections_out",
        ])
        for point in series.points {
            let measures = point.measures
            let counts = [
                measures.receptions, measures.rejections5xx, measures.rejections4xx, measures.discards,
                measures.deliveries, measures.permanentFailures, measures.outOfBandBounces, measures.transientFailures,
            ]
            let found = sizes[point.start]
            let queue = [found?.active, found?.delayed, found?.connectionsIn, found?.connectionsOut]
            table.append(
                [TimeParameter.format(point.start)] + counts.map { String($0) }
                    + queue.map { $0.map { String($0) } ?? "" }
            )
        }
        return table
    }
}

extension StatusDocument {
    /// A row a source.
    var csv: CSVTable {
        var table = CSVTable(header: [
            "node", "online", "source", "format", "sample", "complete_until", "newest_line_at", "last_report_at",
            "lag_bytes", "lag_seconds",
            "lines", "events", "quarantined", "last_error", "last_error_at",
        ])
        for node in nodes {
            for source in node.sources {
                table.append([
                    CSVTable.guarded(node.node), String(node.isOnline), CSVTable.guarded(source.name),
                    CSVTable.guarded(source.format), String(source.isSample),
                    source.completeUntil.map { TimeParameter.format($0) } ?? "",
                    source.newestLineAt.map { TimeParameter.format($0) } ?? "",
                    source.lastReportAt.map { TimeParameter.format($0) } ?? "",
                    String(source.lagBytes), source.lagSeconds(at: at).map { String(Int($0)) } ?? "",
                    String(source.lines), String(source.events), String(source.quarantined),
                    CSVTable.guarded(source.lastError ?? ""),
                    source.lastErrorAt.map { TimeParameter.format($0) } ?? "",
                ])
            }
        }
        return table
    }
}
