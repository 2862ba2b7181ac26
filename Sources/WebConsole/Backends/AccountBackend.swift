package import Accounts
package import struct Foundation.Date

/// Where accounts, sessions, failed sign-ins and the audit trail are kept. Every call may throw, above all while the
/// database is down. Times are given by the caller.
package protocol AccountBackend: Sendable {
    /// nil if there is no account of that name.
    func account(named name: AccountName) async throws -> Account?

    /// Stores a session that begins, its audit entry, and that the account's and the address's failures are over.
    func openSession(_ session: NewSession) async throws

    /// nil if it is not known, is closed, or its account is disabled. Does not look at its times.
    func session(_ digest: SessionDigest) async throws -> StoredSession?

    /// Remembers that the session was used.
    func touchSession(_ digest: SessionDigest, at time: Date) async throws

    /// Closes a session, and records the entry. A session that is not there is as good as closed.
    func closeSession(_ digest: SessionDigest, audit: AuditEntry) async throws

    /// Replaces the password, ends the demand for a change, closes every session of the account, opens `session` in
    /// their place, and records the entry: all or nothing.
    func changePassword(of account: AccountID, to hash: PasswordHash, opening session: NewSession) async throws

    /// Replaces a hash by one of another cost of the same password, unless the password was changed meanwhile.
    func upgradeHash(of account: AccountID, from old: PasswordHash, to new: PasswordHash) async throws

    /// The times of the sign-ins that failed since `since`: those under the name after its last success, and those
    /// from the address but for names that have signed in from it since.
    func failures(_ source: SignInSource, since: Date) async throws -> SignInFailures

    /// Stores a failed sign-in and its audit entry.
    func recordFailure(_ source: SignInSource, audit: AuditEntry) async throws

    func record(_ entry: AuditEntry) async throws
}
