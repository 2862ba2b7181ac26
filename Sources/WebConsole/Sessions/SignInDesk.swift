internal import Accounts
internal import Crypto
internal import Foundation

/// Signs people in and changes their passwords: the one place where passwords are looked at.
struct SignInDesk: Sendable {
    enum Outcome: Sendable {
        case signedIn(SessionToken, StoredSession)
        /// No such account, or not its password: the same answer in the same time.
        case refused
        case delayed(until: Date)
    }

    enum ChangeOutcome: Sendable {
        case changed(SessionToken, StoredSession)
        case presentPasswordWrong
        case unacceptable(PasswordProblem)
        case delayed(until: Date)
    }

    let accounts: any AccountBackend
    let keeper: SessionKeeper
    let gate: SignInGate
    let workers: PasswordWorkers
    let limits: SessionLimits
    let policy: SignInThrottle.Policy
    let cost: PasswordHashCost
    /// What the password of an unknown name is compared with.
    private let decoy: PasswordHash
    let now: @Sendable () -> Date

    init(
        accounts: any AccountBackend,
        keeper: SessionKeeper,
        limits: SessionLimits,
        cost: PasswordHashCost,
        now: @escaping @Sendable () -> Date
    ) throws {
        self.accounts = accounts
        self.keeper = keeper
        self.policy = SignInThrottle.Policy()
        self.gate = SignInGate(policy: policy)
        self.workers = PasswordWorkers(workers: limits.passwordWorkers, queue: limits.passwordQueue)
        self.limits = limits
        self.cost = cost
        self.now = now
        var randomness = SystemRandomNumberGenerator()
        self.decoy = try PasswordHash.make(
            of: OneTimePassword.make(using: &randomness),
            cost: cost,
            using: &randomness
        )
    }

    /// Throws what the accounts throw, or `passwordWorkersBusy`.
    func signIn(name typed: String, password: String, from address: ClientAddress) async throws -> Outcome {
        let source = Self.source(of: typed, from: address)
        let name = try? AccountName(typed)  // What is no name is an unknown name: same answer, same time.
        return try await guarded(source, delayed: Outcome.delayed) {
            var account: Account?
            if let name { account = try await accounts.account(named: name) }
            let stored = account.flatMap { $0.isDisabled ? nil : $0 }
            let isRight = try await check(password, against: stored?.passwordHash ?? decoy)
            guard isRight, let stored else {
                try await recordFailure(source, account: account?.id, from: address)
                return .refused
            }
            await upgradeHashIfNeeded(of: stored, password: password)
            let opened = open(for: stored, source: source, audit: .signedIn, from: address)
            try await accounts.openSession(opened.new)
            await keeper.add(opened.stored, for: opened.token)
            return .signedIn(opened.token, opened.stored)
        }
    }

    /// Changes the password of who is signed in, and signs out all their other sessions. `present` is nil for a first
    /// password, which has just been typed at the sign-in.
    func changePassword(
        of session: StoredSession,
        present: String?,
        to new: String,
        from address: ClientAddress
    ) async throws -> ChangeOutcome {
        let source = Self.source(of: session.name.text, from: address)
        if let problem = PasswordRules().problem(of: new, for: session.name) { return .unacceptable(problem) }
        guard var account = try await accounts.account(named: session.name), account.id == session.account else {
            return .presentPasswordWrong
        }
        let before = account.passwordHash
        if let present {
            let id = account.id
            let refusal: ChangeOutcome? = try await guarded(source, delayed: { .delayed(until: $0) }) {
                if try await check(present, against: before) { return nil }
                try await recordFailure(source, account: id, from: address)
                return .presentPasswordWrong
            }
            if let refusal { return refusal }
        }
        if try await check(new, against: before) { return .unacceptable(.sameAsBefore) }
        account.passwordHash = try await hash(new)
        account.mustChangePassword = false
        let opened = open(for: account, source: source, audit: .passwordChanged, from: address)
        try await accounts.changePassword(of: account.id, to: account.passwordHash, opening: opened.new)
        await keeper.forget(account: account.id)
        await keeper.add(opened.stored, for: opened.token)
        return .changed(opened.token, opened.stored)
    }

    // MARK: Parts

    private func guarded<Value: Sendable>(
        _ source: SignInSource,
        delayed: (Date) -> Value,
        _ attempt: () async throws -> Value
    ) async throws -> Value {
        let time = now()
        if let until = await gate.knownDelay(for: source, at: time) { return delayed(until) }
        let since = time.advanced(by: -policy.memory.seconds)
        let failures = try await accounts.failures(source, since: since)
        if let until = await gate.begin(source, after: failures, at: time) { return delayed(until) }
        do {
            let value = try await attempt()
            await gate.end(source)
            return value
        } catch {
            await gate.end(source)
            throw error
        }
    }

    private func check(_ password: String, against hash: PasswordHash) async throws -> Bool {
        let longest = PasswordRules().maximumLength
        return try await workers.run {
            // What is too long can be nobody's password; it costs the same time.
            try hash.matches(String(password.prefix(longest * 4))) && password.count <= longest * 4
        }
    }

    private func hash(_ password: String) async throws -> PasswordHash {
        try await workers.run { [cost] in
            var randomness = SystemRandomNumberGenerator()
            return try PasswordHash.make(of: password, cost: cost, using: &randomness)
        }
    }

    private func upgradeHashIfNeeded(of account: Account, password: String) async {
        guard account.passwordHash.needsRehash(for: cost) else { return }
        // The old hash goes on working; the next sign-in tries again.
        guard let new = try? await hash(password) else { return }
        try? await accounts.upgradeHash(of: account.id, from: account.passwordHash, to: new)
    }

    private func recordFailure(_ source: SignInSource, account: AccountID?, from address: ClientAddress) async throws {
        let entry = AuditEntry(at: now(), action: .signInFailed, account: account, address: address.text)
        try await accounts.recordFailure(source, audit: entry)
    }

    private func open(
        for account: Account,
        source: SignInSource,
        audit action: AuditEntry.Action,
        from address: ClientAddress
    ) -> (token: SessionToken, new: NewSession, stored: StoredSession) {
        var randomness = SystemRandomNumberGenerator()
        let token = SessionToken(using: &randomness)
        let time = now()
        let expiresAt = time.advanced(by: limits.absolute.seconds)
        let new = NewSession(
            digest: token.digest,
            account: account.id,
            openedAt: time,
            expiresAt: expiresAt,
            source: source,
            audit: AuditEntry(at: time, action: action, account: account.id, address: address.text)
        )
        let stored = StoredSession(
            account: account.id,
            name: account.name,
            role: account.role,
            mustChangePassword: account.mustChangePassword,
            openedAt: time,
            lastUsedAt: time,
            expiresAt: expiresAt
        )
        return (token, new, stored)
    }

    private static func source(of typed: String, from address: ClientAddress) -> SignInSource {
        let folded = (try? AccountName(typed))?.text ?? typed  // What is no name is counted as typed.
        return SignInSource(nameDigest: Array(SHA256.hash(data: Array(folded.utf8))), address: address.network)
    }
}
