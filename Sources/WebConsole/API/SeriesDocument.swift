internal import Foundation
internal import Store

/// Traffic and queues over time, as `/api/v1/traffic/series` answers.
struct SeriesDocument: Encodable, Sendable {
    let series: TrafficSeries
    let queues: QueueSeries

    private enum Key: String, CodingKey {
        case period, points, queues
        case bucketSeconds = "bucket_seconds"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(PeriodDocument(series.period), forKey: .period)
        try container.encode(series.bucketSeconds, forKey: .bucketSeconds)
        try container.encode(series.points.map(Point.init), forKey: .points)
        try container.encode(Queues(series: queues), forKey: .queues)
    }

    private struct Point: Encodable {
        let point: TrafficSeries.Point

        private enum Key: String, CodingKey {
            case start
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(point.start, forKey: .start)
            try MeasuresDocument(point.measures).encode(to: encoder)
        }
    }

    private struct Queues: Encodable {
        let series: QueueSeries

        private enum Key: String, CodingKey {
            case points
            case bucketSeconds = "bucket_seconds"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(series.bucketSeconds, forKey: .bucketSeconds)
            try container.encode(series.points.map(QueuePoint.init), forKey: .points)
        }
    }

    private struct QueuePoint: Encodable {
        let point: QueueSeries.Point

        private enum Key: String, CodingKey {
            case start
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(point.start, forKey: .start)
            try QueueSizesDocument(sizes: point.sizes).encode(to: encoder)
        }
    }
}

/// null: not measured.
struct QueueSizesDocument: Encodable, Sendable {
    let sizes: QueueSizes

    private enum Key: String, CodingKey {
        case active, delayed
        case connectionsIn = "connections_in"
        case connectionsOut = "connections_out"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(sizes.active, forKey: .active)
        try container.encode(sizes.delayed, forKey: .delayed)
        try container.encode(sizes.connectionsIn, forKey: .connectionsIn)
        try container.encode(sizes.connectionsOut, forKey: .connectionsOut)
    }
}
