package import struct Foundation.Date

/// What the Status page tells of one source of a node.
package struct SourceStatus: Sendable, Equatable {
    /// As in the settings: a path, a glob, or `journald`.
    package var name: String
    package var format: String
    /// Labelled samples, not a real server's log.
    package var isSample: Bool
    /// All that the log held up to this time is counted.
    package var completeUntil: Date?
    /// The newest time that a read line tells.
    package var newestLineAt: Date?
    /// When its collector last reported, with or without news.
    package var lastReportAt: Date?
    /// Bytes that the collector knows of and has not committed yet.
    package var lagBytes: Int64
    package var lines: Int64
    package var events: Int64
    package var quarantined: Int64
    /// The collector's last error, and when; nil after it went well again.
    package var lastError: String?
    package var lastErrorAt: Date?

    package init(name: String, format: String) {
        self.name = name
        self.format = format
        self.isSample = false
        self.completeUntil = nil
        self.newestLineAt = nil
        self.lastReportAt = nil
        self.lagBytes = 0
        self.lines = 0
        self.events = 0
        self.quarantined = 0
        self.lastError = nil
        self.lastErrorAt = nil
    }
}

/// What the Status page tells of one node.
package struct NodeStatus: Sendable, Equatable {
    package var node: String
    /// A source of the node reported within the last 30 s.
    package var isOnline: Bool
    package var queue: QueueSizes
    /// Over the page's period.
    package var measures: TrafficMeasures
    package var sources: [SourceStatus]

    package init(node: String, isOnline: Bool, queue: QueueSizes, measures: TrafficMeasures, sources: [SourceStatus]) {
        self.node = node
        self.isOnline = isOnline
        self.queue = queue
        self.measures = measures
        self.sources = sources
    }
}
