internal import Foundation
internal import Store

/// How the database and every node are, as `/api/v1/status` answers.
struct StatusDocument: Encodable, Sendable {
    let period: Period
    let state: ConsoleState
    let nodes: [NodeStatus]
    /// Lag in time is told as of this moment.
    let at: Date

    private enum Key: String, CodingKey {
        case period, database, nodes
        case hasSampleData = "has_sample_data"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(PeriodDocument(period), forKey: .period)
        try container.encode(DatabaseDocument(health: state.database), forKey: .database)
        try container.encode(state.hasSampleData, forKey: .hasSampleData)
        try container.encode(nodes.map { Node(status: $0, at: at) }, forKey: .nodes)
    }

    private struct Node: Encodable {
        let status: NodeStatus
        let at: Date

        private enum Key: String, CodingKey {
            case node, online, queue, measures, sources
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(status.node, forKey: .node)
            try container.encode(status.isOnline, forKey: .online)
            try container.encode(QueueSizesDocument(sizes: status.queue), forKey: .queue)
            try container.encode(MeasuresDocument(status.measures), forKey: .measures)
            try container.encode(status.sources.map { Source(source: $0, at: at) }, forKey: .sources)
        }
    }

    private struct Source: Encodable {
        let source: SourceStatus
        let at: Date

        private enum Key: String, CodingKey {
            case name, format, state, lines, events, quarantined
            case isSample = "is_sample"
            case completeUntil = "complete_until"
            case newestLineAt = "newest_line_at"
            case lastReportAt = "last_report_at"
            case lagBytes = "lag_bytes"
            case lagSeconds = "lag_seconds"
            case heartbeatSeconds = "heartbeat_seconds"
            case lastError = "last_error"
            case lastErrorAt = "last_error_at"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(source.name, forKey: .name)
            try container.encode(source.format, forKey: .format)
            try container.encode(source.isSample, forKey: .isSample)
            try container.encode(source.completeUntil, forKey: .completeUntil)
            try container.encode(source.newestLineAt, forKey: .newestLineAt)
            try container.encode(source.lastReportAt, forKey: .lastReportAt)
            try container.encode(source.lagBytes, forKey: .lagBytes)
            try container.encode(source.lagSeconds(at: at), forKey: .lagSeconds)
            try container.encode(source.heartbeatSeconds(at: at), forKey: .heartbeatSeconds)
            try container.encode(source.condition(at: at).rawValue, forKey: .state)
            try container.encode(source.lines, forKey: .lines)
            try container.encode(source.events, forKey: .events)
            try container.encode(source.quarantined, forKey: .quarantined)
            try container.encode(source.lastError, forKey: .lastError)
            try container.encode(source.lastErrorAt, forKey: .lastErrorAt)
        }
    }
}

/// `{"state": "up"}`, or with since when and why.
struct DatabaseDocument: Encodable, Sendable {
    let health: DatabaseHealth

    private enum Key: String, CodingKey {
        case state, since, reason
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(health.name, forKey: .state)
        switch health {
        case .up:
            break
        case .down(let since, let reason), .ingestStopped(let since, let reason):
            try container.encode(since, forKey: .since)
            try container.encode(reason, forKey: .reason)
        }
    }
}
