package import Accounts
package import Foundation
internal import WebConsole

/// Accounts that live as long as the process: for the console's own tests and for looking at it. The database's are
/// `Store.AccountStore`, which has tests of its own with a real server.
package actor MemoryAccounts: AccountBackend {
    /// The database does not answer.
    package struct Away: Error {}

    private struct Attempt {
        let source: SignInSource
        let at: Date
        let succeeded: Bool
    }

    private var accounts: [AccountName: Account] = [:]
    private var sessions: [SessionDigest: StoredSession] = [:]
    private var attempts: [Attempt] = []
    private var isAway = false
    package private(set) var audit: [AuditEntry] = []
    package private(set) var calls = 0

    package init() {}

    package func setAway(_ away: Bool) { isAway = away }

    package func add(
        _ name: String,
        password: String,
        role: Role = .admin,
        mustChange: Bool = false,
        cost: PasswordHashCost
    ) throws {
        var randomness = SystemRandomNumberGenerator()
        let name = try AccountName(name)
        accounts[name] = Account(
            id: AccountID(Int64(accounts.count + 1)),
            name: name,
            role: role,
            passwordHash: try PasswordHash.make(of: password, cost: cost, using: &randomness),
            mustChangePassword: mustChange,
            isDisabled: false
        )
    }

    package func disable(_ name: String) throws {
        accounts[try AccountName(name)]?.isDisabled = true
    }

    package var openSessions: Int { sessions.count }

    package func hash(of name: String) throws -> PasswordHash? { accounts[try AccountName(name)]?.passwordHash }

    private func ask() throws {
        calls += 1
        if isAway { throw Away() }
    }

    private func account(_ id: AccountID) -> Account? { accounts.values.first { $0.id == id } }

    package func account(named name: AccountName) throws -> Account? {
        try ask()
        return accounts[name]
    }

    package func openSession(_ session: NewSession) throws {
        try ask()
        open(session)
        attempts.append(Attempt(source: session.source, at: session.openedAt, succeeded: true))
    }

    private func open(_ session: NewSession) {
        guard let account = account(session.account) else { return }
        sessions[session.digest] = StoredSession(
            account: account.id,
            name: account.name,
            role: account.role,
            mustChangePassword: account.mustChangePassword,
            openedAt: session.openedAt,
            lastUsedAt: session.openedAt,
            expiresAt: session.expiresAt
        )
        audit.append(session.audit)
    }

    package func session(_ digest: SessionDigest) throws -> StoredSession? {
        try ask()
        guard var session = sessions[digest], let account = account(session.account), !account.isDisabled else {
            return nil
        }
        session.role = account.role
        session.mustChangePassword = account.mustChangePassword
        return session
    }

    package func touchSession(_ digest: SessionDigest, at time: Date) throws {
        try ask()
        sessions[digest]?.lastUsedAt = time
    }

    package func closeSession(_ digest: SessionDigest, audit entry: AuditEntry) throws {
        try ask()
        sessions[digest] = nil
        audit.append(entry)
    }

    package func changePassword(of id: AccountID, to hash: PasswordHash, opening session: NewSession) throws {
        try ask()
        guard let name = account(id)?.name else { return }
        accounts[name]?.passwordHash = hash
        accounts[name]?.mustChangePassword = false
        sessions = sessions.filter { $0.value.account != id }
        open(session)
    }

    package func upgradeHash(of id: AccountID, from old: PasswordHash, to new: PasswordHash) throws {
        try ask()
        guard let account = account(id), account.passwordHash == old else { return }
        accounts[account.name]?.passwordHash = new
    }

    package func failures(_ source: SignInSource, since: Date) throws -> SignInFailures {
        try ask()
        let recent = attempts.filter { $0.at >= since }
        let lastSuccess = recent.last { $0.succeeded && $0.source.nameDigest == source.nameDigest }?.at ?? .distantPast
        let ofName = recent.filter { !$0.succeeded && $0.source.nameDigest == source.nameDigest && $0.at > lastSuccess }
        let ofAddress = recent.filter { attempt in
            !attempt.succeeded && attempt.source.address == source.address
                && !recent.contains { $0.succeeded && $0.source == attempt.source && $0.at > attempt.at }
        }
        return SignInFailures(ofName: ofName.map(\.at), ofAddress: ofAddress.map(\.at))
    }

    package func recordFailure(_ source: SignInSource, audit entry: AuditEntry) throws {
        try ask()
        attempts.append(Attempt(source: source, at: entry.at, succeeded: false))
        audit.append(entry)
    }

    package func record(_ entry: AuditEntry) throws {
        try ask()
        audit.append(entry)
    }
}
