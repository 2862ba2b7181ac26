internal import PostgresClient

extension QueueSizes {
    /// Reads a row of `reports/queue_now` or `reports/queue_series`.
    init(_ row: Row) throws {
        self.init(
            active: try row.find("active"),
            delayed: try row.find("delayed"),
            connectionsIn: try row.find("connections_in"),
            connectionsOut: try row.find("connections_out")
        )
    }
}
