internal import PostgresClient

extension Upkeep {
    /// Days ago whose samples are looked at: those that have just become old enough, and some before, for a manager that was
    /// away.
    private static let ages: [Int32] = Array(3...9) + Array(61...67)

    /// Thins queue samples with age.
    ///
    /// - Returns: samples that went.
    func thinQueueSamples() async throws -> Int64 {
        var gone: Int64 = 0
        for age in Self.ages {
            gone += try await pool.query(SQLFile.query("upkeep/thin_queue_samples"), [age]).one().get("gone")
        }
        return gone
    }
}
