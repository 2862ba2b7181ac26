/// When the database is to hear of a source: regularly, and when something has changed.
struct ReportTimes: Sendable {
    let heartbeat: Duration
    private var last: Duration?
    private var lastChanges = 0
    private var wasIdle = false

    init(heartbeat: Duration) {
        self.heartbeat = heartbeat
    }

    /// - Parameters:
    ///   - changes: the number of changes of the source's problems.
    ///   - isIdle: everything is committed.
    mutating func isDue(now: Duration, changes: Int, isIdle: Bool) -> Bool {
        let since = last.map { now - $0 } ?? heartbeat
        let isNews = changes != lastChanges || (isIdle && !wasIdle && since >= .seconds(1))
        let isTime = since >= heartbeat
        wasIdle = isIdle
        guard isNews || isTime else { return false }
        last = now
        lastChanges = changes
        return true
    }
}
