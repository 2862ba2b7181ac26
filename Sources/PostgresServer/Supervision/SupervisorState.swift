/// What the supervisor sees of its server.
package enum SupervisorState: Sendable, Equatable {
    case starting
    /// It takes queries. `adopted`: it ran before the supervisor came.
    case running(pid: Int32, adopted: Bool)
    /// It died or could not be started; the next attempt follows.
    case down(reason: String, nextAttempt: Duration)
    /// Somebody stopped it with `mailmill database stop`. It is not started again by itself.
    case stoppedByOperator
    case stopped
}

/// What becomes of the server when the supervisor ends.
package enum ServerAtShutdown: String, Sendable, Codable {
    /// Stopped if a supervisor started it, this one or an earlier one that was killed; left if `database start` did.
    case automatic
    case leave
    case stop
}
