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
    ///   - isIdle: everything is committed. That is news after something was not, though not many times a second.
    mutating func isDue(now: Duration, changes: Int, isIdle: Bool) -> Bool {
        let since = last.map { now - $0 } ?? heartbeat
        if !isIdle { wasIdle = false }
        let isNews = changes != lastChanges || (isIdle && !wasIdle && since >= .seconds(1))
        guard isNews || since >= heartbeat else { return false }
        last = now
        lastChanges = changes
        wasIdle = isIdle
        return true
    }
}
