internal import Accounts
internal import Foundation

/// Lets sign-ins through as the throttle allows. What failed before is in the database; what is being tried at this
/// moment is counted here as failed, so that a hundred tries at once are not a hundred tries.
actor SignInGate {
    private let policy: SignInThrottle.Policy
    private var underWayByName: [[UInt8]: Int] = [:]
    private var underWayByAddress: [String: Int] = [:]
    /// Known delays: answered without asking the database.
    private var delays: [SignInSource: Date] = [:]

    init(policy: SignInThrottle.Policy) {
        self.policy = policy
    }

    /// A delay that is already known to last.
    func knownDelay(for source: SignInSource, at now: Date) -> Date? {
        guard let until = delays[source] else { return nil }
        if now < until { return until }
        delays[source] = nil
        return nil
    }

    /// nil: the try may begin, and `end` must follow. Otherwise the time before which it may not.
    func begin(_ source: SignInSource, after failures: SignInFailures, at now: Date) -> Date? {
        let namePending = underWayByName[source.nameDigest, default: 0]
        let addressPending = underWayByAddress[source.address, default: 0]
        let until = [
            delay(failures.ofName, pending: namePending, at: now),
            delay(failures.ofAddress, pending: addressPending, at: now),
        ].compactMap(\.self).max()
        if let until {
            remember(until, for: source, at: now)
            return until
        }
        underWayByName[source.nameDigest] = namePending + 1
        underWayByAddress[source.address] = addressPending + 1
        return nil
    }

    func end(_ source: SignInSource) {
        let names = underWayByName[source.nameDigest, default: 1] - 1
        underWayByName[source.nameDigest] = names > 0 ? names : nil
        let addresses = underWayByAddress[source.address, default: 1] - 1
        underWayByAddress[source.address] = addresses > 0 ? addresses : nil
    }

    private func delay(_ failures: [Date], pending: Int, at now: Date) -> Date? {
        let all = failures + [Date](repeating: now, count: pending)
        switch SignInThrottle(policy: policy, failures: all).decision(at: now) {
        case .allowed: return nil
        case .wait(let until): return until
        }
    }

    private func remember(_ until: Date, for source: SignInSource, at now: Date) {
        if delays.count >= 4096 { delays = delays.filter { now < $0.value } }
        // Still full: the database is asked the next time, which is slower and as safe.
        guard delays.count < 4096 else { return }
        delays[source] = until
    }
}
