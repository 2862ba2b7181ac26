/// Figures of a log by an independent hand: what Mailmill's must equal.
struct Tally: Equatable, Sendable, CustomStringConvertible {
    var receptions = 0
    var deliveries = 0
    var transientFailures = 0
    var permanentFailures = 0
    var expirations = 0
    var rejections = 0
    /// Lines that are damaged, and belong in quarantine.
    var unreadable = 0
    var deliveriesByDomain: [String: Int] = [:]

    var events: Int {
        receptions + deliveries + transientFailures + permanentFailures + expirations + rejections
    }

    var description: String {
        "\(receptions) received, \(deliveries) delivered, \(transientFailures) deferred, "
            + "\(permanentFailures) bounced, \(expirations) expired, \(rejections) rejected, \(unreadable) unreadable"
    }
}
