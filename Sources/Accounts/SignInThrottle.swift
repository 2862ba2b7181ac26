package import struct Foundation.Date

/// How fast sign-ins may fail, for one account or for one address: a pure state machine over the times of failures.
package struct SignInThrottle: Sendable, Equatable {
    /// How many failures cost nothing, and how long the delays are.
    package struct Policy: Sendable, Equatable {
        /// Failures that cost nothing.
        package var freeFailures = 5
        /// Quiet for so long (after the last failure, or after the delay that it brought) and the count begins anew.
        package var window: Duration = .seconds(15 * 60)
        /// After the last free failure; doubles with each one more.
        package var firstDelay: Duration = .seconds(30)
        package var longestDelay: Duration = .seconds(15 * 60)

        package init() {}

        /// How long nobody may try after the given number of failures in a row.
        package func delay(afterFailures failures: Int) -> Duration {
            guard failures >= freeFailures else { return .zero }
            let doublings = min(failures - freeFailures, 16)
            return min(firstDelay * (1 << doublings), longestDelay)
        }

        /// How far back failures are to be looked for: a row of them, each waited out, may be as old as this.
        package var memory: Duration = .seconds(86_400)
    }

    /// Whether a try may begin.
    package enum Decision: Sendable, Equatable {
        case allowed
        /// Nobody may try before `until`.
        case wait(until: Date)
    }

    package let policy: Policy
    package private(set) var failures = 0
    private var lastFailure: Date?

    package init(policy: Policy = Policy()) {
        self.policy = policy
    }

    /// The state after `failures`, oldest first or not.
    package init(policy: Policy = Policy(), failures: [Date]) {
        self.init(policy: policy)
        for time in failures.sorted() {
            recordFailure(at: time)
        }
    }

    package func decision(at now: Date) -> Decision {
        guard let blockedUntil, now < blockedUntil else { return .allowed }
        return .wait(until: blockedUntil)
    }

    package mutating func recordFailure(at time: Date) {
        if let quietSince = blockedUntil ?? lastFailure, time > quietSince.advanced(by: policy.window.seconds) {
            failures = 0
        }
        failures += 1
        lastFailure = max(time, lastFailure ?? time)
    }

    package mutating func recordSuccess() {
        self = SignInThrottle(policy: policy)
    }

    private var blockedUntil: Date? {
        let delay = policy.delay(afterFailures: failures)
        guard delay > .zero else { return nil }
        return lastFailure?.advanced(by: delay.seconds)
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
