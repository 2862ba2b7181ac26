import Accounts
import ConsoleStandIns
import Foundation
import Testing

@testable import WebConsole

@Suite struct DatabaseDownTests {
    @Test func signedInPeopleStaySignedInAndSeeWhatIsDown() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            await fixture.goDown()
            fixture.clock.advance(by: 3600)
            for path in ["/dashboard", "/status", "/account"] {
                let answer = try await browser.get(path)
                #expect(answer.status == 200)
                #expect(answer.text.contains("<strong>The database is down</strong> since"))
                #expect(answer.text.contains("no server listens on the socket"))
                #expect(answer.text.contains("datetime=\"2026-11-22T21:25:30Z\""))
            }
            #expect(try await browser.get("/dashboard").text.contains("No data since"))
            #expect(try await browser.get("/dashboard").tile("deliveries") == nil)
            await fixture.comeBack()
            let answer = try await browser.get("/dashboard")
            #expect(!answer.text.contains("The database is down"))
            #expect(answer.tile("deliveries") != nil)
        }
    }

    @Test func programsAreToldSinceWhenAndWhenToAskAgain() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            await fixture.goDown()
            let answer = try await browser.get("/api/v1/traffic")
            #expect(answer.status == 503)
            #expect(answer[header: "Retry-After"] == "10")
            let problem = try answer.json()
            #expect(problem["type"] as? String == "urn:mailmill:problem:database-down")
            #expect(problem["since"] as? String == "2026-11-22T21:25:30Z")
        }
    }

    @Test func signInSaysWhatIsDownInsteadOfWrongPassword() async throws {
        let fixture = try await ConsoleFixture()
        await fixture.goDown()
        try await fixture.browse { (browser: Browser) async throws in
            let page = try await browser.get("/sign-in")
            #expect(page.status == 200)
            #expect(page.text.contains("The database is down"))
            #expect(page.text.contains("Nobody can sign in while the database is down"))
            let answer = try await browser.signIn()
            #expect(answer.status == 503)
            #expect(answer.text.contains("The database is down"))
            #expect(!answer.text.contains("wrong"))
        }
        #expect(await fixture.accounts.audit.isEmpty)
    }

    @Test func nobodyIsLetInOnceTheMemoryIsTooOld() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            await fixture.goDown()
            fixture.clock.advance(by: 4 * 3600 - 1)
            #expect(try await browser.get("/account").status == 200)
            fixture.clock.advance(by: 2)
            #expect(try await browser.get("/account").location == "/sign-in?next=%2Faccount")
            #expect(browser[cookie: "mailmill"] != nil, "the cookie may be good: only nobody can be asked")
            await fixture.comeBack()
            #expect(try await browser.get("/account").status == 200)
        }
    }

    @Test func sessionThatTheProcessDoesNotKnowIsNotBelieved() async throws {
        let fixture = try await ConsoleFixture()
        let other = try await ConsoleFixture()
        try await other.browse { (stranger: Browser) async throws in
            try await stranger.signIn()
            let token = stranger[cookie: "mailmill"]
            await fixture.goDown()
            try await fixture.browse { (browser: Browser) async throws in
                browser[cookie: "mailmill"] = token
                #expect(try await browser.get("/dashboard").location == "/sign-in")
            }
        }
    }

    @Test func signingOutWhileDownHoldsAtOnceAndIsWrittenDownLater() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let token = browser[cookie: "mailmill"]
            await fixture.goDown()
            #expect(try await browser.post("/sign-out", [:], from: "/account").status == 303)
            browser[cookie: "mailmill"] = token
            #expect(try await browser.get("/account").status == 303)
            await fixture.comeBack()
            browser[cookie: "mailmill"] = token
            #expect(try await browser.get("/account").status == 303)
            #expect(await fixture.accounts.openSessions == 1)
            await fixture.application.site.keeper.settle()
            #expect(await fixture.accounts.openSessions == 0)
        }
        #expect(await fixture.accounts.audit.last?.action == .signedOut)
    }

    @Test func closedSessionIsNoticedWithinSecondsEverywhere() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let token = try #require(browser[cookie: "mailmill"].flatMap { SessionToken(text: $0) })
            #expect(try await browser.get("/account").status == 200)
            let entry = AuditEntry(at: fixture.clock.now, action: .signedOut, account: nil, address: "192.0.2.1")
            try await fixture.accounts.closeSession(token.digest, audit: entry)
            fixture.clock.advance(by: 6)
            #expect(try await browser.get("/account").status == 303)
        }
    }

    @Test func memoryOfSessionsIsBounded() async throws {
        let accounts = MemoryAccounts()
        try await accounts.add("jo", password: "x", cost: ConsoleFixture.cost)
        var limits = SessionLimits()
        limits.cached = 3
        let clock = ConsoleFixture.Clock()
        let keeper = SessionKeeper(accounts: accounts, limits: limits, isDatabaseUp: { true }, now: { clock.now })
        var randomness = SystemRandomNumberGenerator()
        var tokens: [SessionToken] = []
        for _ in 0..<5 {
            let token = SessionToken(using: &randomness)
            tokens.append(token)
            let session = StoredSession(
                account: AccountID(1),
                name: try AccountName("jo"),
                role: .admin,
                mustChangePassword: false,
                openedAt: clock.now,
                lastUsedAt: clock.now,
                expiresAt: clock.now + 9999
            )
            await keeper.add(session, for: token)
            clock.advance(by: 1)
        }
        await accounts.setAway(true)
        // Inside the time in which nobody is asked again.
        #expect(await keeper.find(tokens[0], isUse: false) == .unverifiable)
        guard case .signedIn = await keeper.find(tokens[4], isUse: false) else {
            Issue.record("the newest session is forgotten")
            return
        }
    }

    @Test func healthIsForEverybodyAndTellsNoReasons() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            #expect(try await browser.get("/healthz").text == #"{"database":"up","status":"ok"}"#)
            await fixture.goDown()
            let answer = try await browser.get("/healthz")
            #expect(answer.status == 503)
            #expect(answer.text == #"{"database":"down","status":"degraded"}"#)
        }
    }

    @Test func stoppedIntakeIsSaidAndFiguresAreShown() async throws {
        let fixture = try await ConsoleFixture()
        fixture.figures.change { situation in
            situation.database = .ingestStopped(
                since: ConsoleFixture.start,
                reason: "/var/lib/mailmill has 0.8 GiB left"
            )
        }
        try await fixture.browse { (browser: Browser) async throws in
            #expect(try await browser.signIn().status == 303)
            let answer = try await browser.get("/dashboard")
            #expect(answer.text.contains("New events are waiting"))
            #expect(answer.text.contains("0.8 GiB left"))
            #expect(answer.tile("deliveries") != nil)
        }
    }

    @Test func databaseThatDoesNotAnswerIsNotWaitedForForEver() async throws {
        let fixture = try await ConsoleFixture { $0.queryLimit = .milliseconds(20) }
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            fixture.figures.change { $0.hangs = true }
            let answer = try await browser.get("/dashboard")
            #expect(answer.status == 503)
            #expect(answer.text.contains("The database did not answer in time"))
            #expect(
                try await browser.get("/api/v1/traffic").json()["type"] as? String == "urn:mailmill:problem:too-slow"
            )
        }
    }

    @Test func failedQueryIsAnErrorWithAReferenceAndNoInnards() async throws {
        let fixture = try await ConsoleFixture()
        fixture.figures.change { $0.failure = GeneratedFigures.QueryFailed() }
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let answer = try await browser.get("/dashboard")
            #expect(answer.status == 500)
            #expect(answer.text.contains("under the reference"))
            #expect(!answer.text.contains("QueryFailed"))
            #expect(
                try await browser.get("/api/v1/status").json()["type"] as? String
                    == "urn:mailmill:problem:internal-error"
            )
        }
    }
}
