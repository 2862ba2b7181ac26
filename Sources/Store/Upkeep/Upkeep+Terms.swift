internal import Logging
internal import PostgresClient

extension Upkeep {
    /// Lets so many new texts of a kind come within a day, beyond what its bucket gathers. False if there is no such kind.
    package func allow(_ count: Int, newTermsOf kind: String) async throws -> Bool {
        try await pool.query(SQLFile.query("upkeep/allow_terms"), [kind, Double(count)]).count == 1
    }

    /// Texts retired or deleted in one short transaction; whoever has new texts waits for it.
    private static let portion = 5000

    /// Counts the texts that were called "other". Where a kind of text is more than half full: retires texts that nothing names any more, and deletes those that were
    /// retired days ago.
    ///
    /// - Returns: texts retired and deleted.
    func retireTerms() async throws -> Int64 {
        try await pool.query(SQLFile.query("upkeep/count_refusals"))
        var total: Int64 = 0
        for row in try await pool.query(SQLFile.query("upkeep/crowded_terms")) {
            let kind: String = try row.get("kind")
            let unnamed: [Int32] = try await pool.query(SQLFile.query("upkeep/unnamed_terms"), [kind]).one().get("ids")
            var (retired, deleted): (Int64, Int64) = (0, 0)
            for start in stride(from: 0, to: unnamed.count, by: Self.portion) {
                let some = Array(unnamed[start..<min(start + Self.portion, unnamed.count)])
                let done = try await pool.query(SQLFile.query("upkeep/retire_terms"), [kind, some]).one()
                retired += try done.get("retired")
                deleted += try done.get("deleted")
            }
            logger.notice(
                "retired texts that nothing names",
                metadata: ["kind": "\(kind)", "retired": "\(retired)", "deleted": "\(deleted)"]
            )
            total += retired + deleted
        }
        return total
    }
}
