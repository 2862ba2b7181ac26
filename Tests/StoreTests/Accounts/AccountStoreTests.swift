import Accounts
import Foundation
import PostgresClient
import ScratchPostgres
import Store
import Testing

/// Accounts, sessions, throttle and audit against a real PostgreSQL, in the role that the console has.
@Suite struct AccountStoreTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    /// A database with one account, `jo`, seen as the console sees it.
    private func withStore(
        _ body: @Sendable (AccountStore, Account, AccountStore, ScratchDatabase) async throws -> Void
    ) async throws {
        try await withScratchDatabase { database in
            let ownerPool = database.pool(.owner)
            let consolePool = database.pool(.console)
            let owner = AccountStore(ownerPool)
            let console = AccountStore(consolePool)
            #expect(try await owner.create(AccountName("jo"), role: .users, hash: hash("first"), mustChange: true))
            let account = try #require(try await console.account(named: AccountName("jo")))
            try await body(console, account, owner, database)
            await ownerPool.close()
            await consolePool.close()
        }
    }

    private func hash(_ password: String) throws -> PasswordHash {
        var randomness = SystemRandomNumberGenerator()
        let cheap = PasswordHashCost(memoryKiB: 64, passes: 1, lanes: 1)
        return try PasswordHash.make(of: password, cost: cheap, using: &randomness)
    }

    private func source(_ name: UInt8, _ address: String = "192.0.2.1") -> SignInSource {
        SignInSource(nameDigest: [UInt8](repeating: name, count: 32), address: address)
    }

    private func entry(_ action: AuditEntry.Action, _ account: AccountID?, at seconds: Double = 0) -> AuditEntry {
        AuditEntry(at: Self.start + seconds, action: action, account: account, address: "192.0.2.1")
    }

    private func session(_ number: UInt8, of account: Account, at seconds: Double = 0) -> NewSession {
        NewSession(
            digest: SessionDigest(bytes: [UInt8](repeating: number, count: 32)),
            account: account.id,
            openedAt: Self.start + seconds,
            expiresAt: Self.start + seconds + 1000,
            source: source(1),
            audit: entry(.signedIn, account.id, at: seconds)
        )
    }

    private func audit(_ database: ScratchDatabase) async throws -> [String] {
        let pool = database.pool(.console)
        let rows = try await pool.query("SELECT a.action FROM webconsole.audit AS a ORDER BY a.audit_id")
        await pool.close()
        return try rows.map { try $0.get("action") }
    }

    @Test func accountIsFoundAsItWasMade() async throws {
        try await withStore { (store, account, owner, _) async throws in
            #expect(account.role == .users)
            #expect(account.mustChangePassword)
            #expect(!account.isDisabled)
            #expect(try account.passwordHash.matches("first"))
            #expect(try await store.account(named: AccountName("nobody")) == nil)
            #expect(try await !owner.create(AccountName("JO"), role: .admin, hash: hash("x"), mustChange: false))
            #expect(try await !owner.createFirst(AccountName("admin"), hash: hash("x")))
        }
    }

    @Test func firstAccountIsMadeOnceHoweverManyTry() async throws {
        try await withScratchDatabase { database in
            let pool = database.pool(.owner, limit: 6)
            let store = AccountStore(pool)
            let hash = try hash("first")
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<6 {
                    group.addTask { try await store.createFirst(AccountName("admin\(number)"), hash: hash) }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(made == 1)
            #expect(try await store.list().map(\.account.role) == [.admin])
            await pool.close()
        }
    }

    @Test func sessionLivesUntilItIsClosed() async throws {
        try await withStore { (store, account, _, database) async throws in
            let new = session(1, of: account)
            try await store.openSession(new)
            let stored = try #require(try await store.session(new.digest))
            #expect(stored.account == account.id && stored.name == account.name && stored.role == .users)
            #expect(stored.mustChangePassword)
            #expect(stored.openedAt == Self.start && stored.lastUsedAt == Self.start)
            #expect(stored.expiresAt == Self.start + 1000)
            try await store.touchSession(new.digest, at: Self.start + 50)
            try await store.touchSession(new.digest, at: Self.start + 40)
            #expect(try await store.session(new.digest)?.lastUsedAt == Self.start + 50)
            try await store.closeSession(new.digest, audit: entry(.signedOut, account.id))
            #expect(try await store.session(new.digest) == nil)
            try await store.closeSession(new.digest, audit: entry(.signedOut, account.id))
            #expect(try await audit(database) == ["signed_in", "signed_out", "signed_out"])
        }
    }

    @Test func disabledAccountHasNoSession() async throws {
        try await withStore { (store, account, _, database) async throws in
            let new = session(1, of: account)
            try await store.openSession(new)
            let pool = database.pool(.owner)
            try await pool.query(
                "UPDATE webconsole.account AS a SET is_disabled = true WHERE a.account_id = $1",
                [account.id.value]
            )
            await pool.close()
            #expect(try await store.session(new.digest) == nil)
            #expect(try await store.account(named: account.name)?.isDisabled == true)
        }
    }

    @Test func changedPasswordClosesEveryOtherSession() async throws {
        try await withStore { (store, account, _, _) async throws in
            let old = session(1, of: account)
            let new = session(2, of: account, at: 10)
            try await store.openSession(old)
            try await store.changePassword(of: account.id, to: hash("second"), opening: new)
            #expect(try await store.session(old.digest) == nil)
            #expect(try await store.session(new.digest)?.mustChangePassword == false)
            let changed = try #require(try await store.account(named: account.name))
            #expect(try changed.passwordHash.matches("second"))
            #expect(!changed.mustChangePassword)
        }
    }

    @Test func passwordChangeIsAllOrNothing() async throws {
        try await withStore { (store, account, _, _) async throws in
            let open = session(1, of: account)
            try await store.openSession(open)
            // The digest is taken: the session cannot be opened, so nothing else may happen either.
            let other = NewSession(
                digest: SessionDigest(bytes: [1, 2, 3]),
                account: account.id,
                openedAt: Self.start,
                expiresAt: Self.start,
                source: source(1),
                audit: entry(.passwordChanged, account.id)
            )
            await #expect(throws: PostgresClientError.self) {
                try await store.changePassword(of: account.id, to: hash("second"), opening: other)
            }
            #expect(try await store.session(open.digest) != nil)
            #expect(try await store.account(named: account.name)?.passwordHash == account.passwordHash)
        }
    }

    @Test func hashIsUpgradedOnlyIfItIsStillTheSame() async throws {
        try await withStore { (store, account, _, _) async throws in
            let better = try hash("first")
            try await store.upgradeHash(of: account.id, from: hash("other"), to: better)
            #expect(try await store.account(named: account.name)?.passwordHash == account.passwordHash)
            try await store.upgradeHash(of: account.id, from: account.passwordHash, to: better)
            let upgraded = try #require(try await store.account(named: account.name))
            #expect(upgraded.passwordHash == better)
            #expect(upgraded.mustChangePassword, "an upgrade is no change of the password")
        }
    }

    @Test func failuresCountByNameAndByAddressUntilASuccess() async throws {
        try await withStore { (store, account, _, _) async throws in
            func fail(_ name: UInt8, _ address: String, at seconds: Double) async throws {
                try await store.recordFailure(source(name, address), audit: entry(.signInFailed, nil, at: seconds))
            }
            try await fail(1, "192.0.2.1", at: 1)
            try await fail(1, "192.0.2.2", at: 2)
            try await fail(2, "192.0.2.1", at: 3)
            try await fail(1, "192.0.2.1", at: -9000)
            var found = try await store.failures(source(1), since: Self.start)
            #expect(found.ofName.sorted() == [Self.start + 1, Self.start + 2])
            #expect(found.ofAddress.sorted() == [Self.start + 1, Self.start + 3])
            // Signs in as name 1 from 192.0.2.1: what failed under name 2 from there still counts for the address.
            try await store.openSession(session(1, of: account, at: 10))
            found = try await store.failures(source(1), since: Self.start)
            #expect(found.ofName.isEmpty)
            #expect(found.ofAddress == [Self.start + 3])
            try await fail(1, "192.0.2.1", at: 20)
            found = try await store.failures(source(1), since: Self.start)
            #expect(found.ofName == [Self.start + 20])
            #expect(found.ofAddress.sorted() == [Self.start + 3, Self.start + 20])
        }
    }

    @Test func resetPasswordMustBeChangedAndClosesSessions() async throws {
        try await withStore { (store, account, owner, database) async throws in
            let open = session(1, of: account)
            try await store.openSession(open)
            try await owner.resetPassword(of: account.id, to: hash("reset"), audit: entry(.passwordChanged, account.id))
            #expect(try await store.session(open.digest) == nil)
            #expect(try await store.account(named: account.name)?.mustChangePassword == true)
            #expect(try await audit(database).last == "password_changed")
        }
    }

    @Test func consoleCanNeitherMakeAccountsNorRewriteTheAuditTrail() async throws {
        try await withStore { (store, account, _, database) async throws in
            try await store.record(entry(.signInDelayed, account.id))
            let pool = database.pool(.console)
            for statement in [
                "INSERT INTO webconsole.account (name, role, password_hash, must_change_password) VALUES ('eve', 'admin', '$argon2id$x', false)",
                "UPDATE webconsole.account SET role = 'admin'", "UPDATE webconsole.account SET is_disabled = false",
                "DELETE FROM webconsole.account", "DELETE FROM webconsole.audit",
                "UPDATE webconsole.audit SET address = ''",
                "UPDATE webconsole.session SET account_id = 1", "SELECT * FROM rt_log.event",
                "TRUNCATE webconsole.audit",
            ] {
                await #expect(throws: PostgresClientError.self, "\(statement)") { try await pool.query(statement) }
            }
            await pool.close()
        }
    }

    @Test func otherRolesSeeNoPasswordHash() async throws {
        try await withStore { (_, _, _, database) async throws in
            for role in [ScratchRole.report, .monitor, .collector] {
                let pool = database.pool(role)
                await #expect(throws: PostgresClientError.self, "\(role)") {
                    try await pool.query("SELECT a.password_hash FROM webconsole.account AS a")
                }
                await pool.close()
            }
        }
    }

    @Test func tidyForgetsWhatIsOver() async throws {
        try await withStore { (store, account, _, _) async throws in
            let old = NewSession(
                digest: SessionDigest(bytes: [UInt8](repeating: 9, count: 32)),
                account: account.id,
                openedAt: Date().addingTimeInterval(-200_000),
                expiresAt: Date().addingTimeInterval(-100_000),
                source: source(1),
                audit: entry(.signedIn, account.id)
            )
            try await store.openSession(old)
            #expect(try await store.tidy() == 2, "the session, and the attempt that opened it")
            #expect(try await store.session(old.digest) == nil)
        }
    }

    /// The Swift and the SQL idea of a throttle are one: what the database remembers folds into the delay that is told.
    @Test func fifthFailureInTheDatabaseIsADelay() async throws {
        try await withStore { (store, _, _, _) async throws in
            for second in 0..<5 {
                try await store.recordFailure(source(7), audit: entry(.signInFailed, nil, at: Double(second)))
            }
            let found = try await store.failures(source(7), since: Self.start.addingTimeInterval(-86_400))
            let throttle = SignInThrottle(failures: found.ofName)
            #expect(throttle.decision(at: Self.start + 5) == .wait(until: Self.start + 34))
        }
    }
}
