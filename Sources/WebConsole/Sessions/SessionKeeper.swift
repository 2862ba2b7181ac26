internal import Accounts
internal import Foundation

/// Knows who is signed in: asks the accounts, and remembers for a while what they said, so that people stay signed in
/// while the database is away.
actor SessionKeeper {
    enum Finding: Sendable, Equatable {
        case signedIn(StoredSession)
        case signedOut
        /// Not known here, and nobody to ask: denied, but the browser's cookie may be good.
        case unverifiable
    }

    private struct Entry {
        var session: StoredSession
        var confirmedAt: Date
        var touchedAt: Date
    }

    private let accounts: any AccountBackend
    private let isDatabaseUp: @Sendable () async -> Bool
    private let limits: SessionLimits
    private let now: @Sendable () -> Date
    private var entries: [SessionDigest: Entry] = [:]
    /// Signed out while the database was away.
    private var unclosed: [SessionDigest: AuditEntry] = [:]

    init(
        accounts: any AccountBackend,
        limits: SessionLimits,
        isDatabaseUp: @escaping @Sendable () async -> Bool,
        now: @escaping @Sendable () -> Date
    ) {
        self.accounts = accounts
        self.limits = limits
        self.isDatabaseUp = isDatabaseUp
        self.now = now
    }

    /// Who holds `token`. `isUse`: the person did something, so that the idle time begins anew.
    func find(_ token: SessionToken, isUse: Bool) async -> Finding {
        let digest = token.digest
        if unclosed[digest] != nil { return .signedOut }
        let finding = await check(digest)
        guard case .signedIn(let session) = finding else { return finding }
        let time = now()
        guard time < session.expiresAt, time < session.lastUsedAt.advanced(by: limits.idle.seconds) else {
            entries[digest] = nil
            return .signedOut
        }
        if isUse { await use(digest, at: time) }
        return finding
    }

    private func check(_ digest: SessionDigest) async -> Finding {
        if let entry = entries[digest], now().timeIntervalSince(entry.confirmedAt) < limits.recheck.seconds {
            return .signedIn(entry.session)
        }
        guard await isDatabaseUp() else { return remembered(digest) }
        do {
            guard let stored = try await accounts.session(digest) else {
                entries[digest] = nil
                return .signedOut
            }
            return .signedIn(remember(stored, as: digest))
        } catch {
            return remembered(digest)
        }
    }

    /// What was good before stays good while nobody can be asked, up to a limit.
    private func remembered(_ digest: SessionDigest) -> Finding {
        guard let entry = entries[digest] else { return .unverifiable }
        let age = now().timeIntervalSince(entry.confirmedAt)
        guard age < limits.withoutDatabase.seconds else { return .unverifiable }
        return .signedIn(entry.session)
    }

    private func remember(_ stored: StoredSession, as digest: SessionDigest) -> StoredSession {
        let time = now()
        var session = stored
        let previous = entries[digest]
        if let previous { session.lastUsedAt = max(session.lastUsedAt, previous.session.lastUsedAt) }
        if previous == nil, entries.count >= limits.cached, let oldest = longestUnused() { entries[oldest] = nil }
        let touchedAt = max(stored.lastUsedAt, previous?.touchedAt ?? stored.lastUsedAt)
        entries[digest] = Entry(session: session, confirmedAt: time, touchedAt: touchedAt)
        return session
    }

    private func longestUnused() -> SessionDigest? {
        entries.min { $0.value.session.lastUsedAt < $1.value.session.lastUsedAt }?.key
    }

    private func use(_ digest: SessionDigest, at time: Date) async {
        guard var entry = entries[digest] else { return }
        entry.session.lastUsedAt = time
        let isDue = time.timeIntervalSince(entry.touchedAt) >= 60
        if isDue { entry.touchedAt = time }
        entries[digest] = entry
        if isDue {
            // A use that is not written down costs at most an earlier idle end.
            try? await accounts.touchSession(digest, at: time)
        }
    }

    /// Takes up a session that has just been opened.
    func add(_ session: StoredSession, for token: SessionToken) {
        _ = remember(session, as: token.digest)
    }

    /// Forgets every session of an account, so that the next request asks anew.
    func forget(account: AccountID) {
        entries = entries.filter { $0.value.session.account != account }
    }

    /// Signs out. If that cannot be written down now, the session is dead here at once, and in the database later.
    func close(_ token: SessionToken, audit: AuditEntry) async {
        let digest = token.digest
        entries[digest] = nil
        do {
            guard await isDatabaseUp() else {
                postpone(digest, audit: audit)
                return
            }
            try await accounts.closeSession(digest, audit: audit)
        } catch {
            postpone(digest, audit: audit)
        }
    }

    private func postpone(_ digest: SessionDigest, audit: AuditEntry) {
        guard unclosed.count < limits.cached else { return }
        unclosed[digest] = audit
    }

    /// Writes down what could not be written while the database was away. Called from time to time.
    func settle() async {
        guard !unclosed.isEmpty, await isDatabaseUp() else { return }
        for (digest, audit) in unclosed {
            do {
                try await accounts.closeSession(digest, audit: audit)
                unclosed[digest] = nil
            } catch {
                return
            }
        }
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
