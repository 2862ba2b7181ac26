/// What became of something that was sent to us.
package enum ReceptionOutcome: Sendable, Equatable {
    /// It is on the disk: it counts, whatever happens.
    case stored
    /// It was received before, and counts once.
    case known
    /// It is not received: it has to be sent again.
    case refused(CollectorError)
}
