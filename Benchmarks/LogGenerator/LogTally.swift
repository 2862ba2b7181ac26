/// What a generated log holds, counted while it was written: the truth that readers are compared with.
package struct LogTally: Sendable, Equatable {
    package var lines = 0
    package var receptions = 0
    package var deliveries = 0
    package var transientFailures = 0
    package var permanentFailures = 0
    package var expirations = 0
    package var rejections = 0
    package var discards = 0
    package var transfers = 0
    package var outOfBandBounces = 0
    package var administrativeFailures = 0
    package var feedbackReports = 0
    /// Deliveries by the domain's rank.
    package var deliveriesByRank: [Int: Int] = [:]

    /// Lines that tell an event.
    package var events: Int {
        receptions + deliveries + transientFailures + permanentFailures + expirations + rejections + discards
            + transfers + outOfBandBounces + administrativeFailures + feedbackReports
    }

    package init() {}
}
