internal import PostgresClient

extension SourceStatus {
    /// Reads a row of `reports/sources`.
    init(_ row: Row) throws {
        self.init(name: try row.get("source"), format: try row.get("format"))
        isSample = try row.get("is_sample")
        completeUntil = try row.find("complete_until")
        newestLineAt = try row.find("newest_line_at")
        lastReportAt = try row.find("last_report_at")
        lagBytes = try row.get("lag_bytes")
        lines = try row.get("lines")
        events = try row.get("events")
        quarantined = try row.get("quarantined")
        lastError = try row.find("last_error")
        lastErrorAt = try row.find("last_error_at")
    }
}
