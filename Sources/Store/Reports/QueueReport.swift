package import struct Foundation.Date

/// Sizes of the queues at one time, summed over what the query lets through. nil: not measured then.
package struct QueueSizes: Sendable, Equatable {
    package var active: Int64?
    package var delayed: Int64?
    /// Open sessions of clients.
    package var connectionsIn: Int64?
    /// Open sessions to other hosts.
    package var connectionsOut: Int64?

    package init(
        active: Int64? = nil,
        delayed: Int64? = nil,
        connectionsIn: Int64? = nil,
        connectionsOut: Int64? = nil
    ) {
        self.active = active
        self.delayed = delayed
        self.connectionsIn = connectionsIn
        self.connectionsOut = connectionsOut
    }
}

/// Queue sizes over time, the last sample of each bucket.
package struct QueueSeries: Sendable, Equatable {
    /// One bucket.
    package struct Point: Sendable, Equatable {
        package var start: Date
        package var sizes: QueueSizes

        package init(start: Date, sizes: QueueSizes) {
            self.start = start
            self.sizes = sizes
        }
    }

    package var bucketSeconds: Int
    package var points: [Point]

    package init(bucketSeconds: Int, points: [Point]) {
        self.bucketSeconds = bucketSeconds
        self.points = points
    }
}
