import Accounts
import ConsoleStandIns
import Foundation
import HTTPTypes
import Testing

@testable import WebConsole

@Suite struct SignInTests {
    @Test func nobodyIsLetInWithoutSigningIn() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            #expect(try await browser.get("/dashboard").location == "/sign-in")
            #expect(try await browser.get("/status?period=1d").location == "/sign-in?next=%2Fstatus%3Fperiod%3D1d")
            #expect(try await browser.get("/account").status == 303)
            for path in [
                "/api/v1/traffic", "/api/v1/traffic/series", "/api/v1/status", "/api/v1/choices?of=node", "/live",
            ] {
                let answer = try await browser.get(path)
                #expect(answer.status == 401)
                #expect(answer[header: "Content-Type"] == "application/problem+json")
            }
        }
    }

    @Test func goodPasswordLeadsToThePageAskedFor() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            let answer = try await browser.post(
                "/sign-in",
                ["name": " JO ", "password": ConsoleFixture.password, "next": "/status?period=1d"],
                from: "/sign-in"
            )
            #expect(answer.status == 303)
            #expect(answer.location == "/status?period=1d")
            #expect(try await browser.get("/status").status == 200)
            #expect(try await browser.get("/sign-in?next=%2Fstatus").location == "/status")
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\nb", "", "/sign-in",
    ])
    func signInNeverLeadsElsewhere(next: String) async throws {
        #expect(SignInPages.safeTarget(next) == "/dashboard")
    }

    @Test func wrongPasswordAndUnknownNameGetTheSameAnswer() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            let wrong = try await browser.signIn("jo", "not the password")
            let unknown = try await browser.signIn("nobody", "not the password")
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("Name or password is wrong."))
            #expect(unknown.status == 422)
            #expect(unknown.text.contains("Name or password is wrong."))
            #expect(browser[cookie: "mailmill"] == nil)
        }
    }

    @Test func disabledAccountCannotSignIn() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.accounts.disable("jo")
        try await fixture.browse { (browser: Browser) async throws in
            #expect(try await browser.signIn().status == 422)
        }
    }

    @Test func eachSignInHasANewToken() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            browser[cookie: "mailmill"] = String(repeating: "A", count: 43)
            try await browser.signIn()
            let first = try #require(browser[cookie: "mailmill"])
            #expect(first != String(repeating: "A", count: 43))
            browser[cookie: "mailmill"] = nil
            try await browser.signIn()
            #expect(browser[cookie: "mailmill"] != first)
        }
    }

    @Test func signingOutEndsTheSessionForEverybodyWhoHoldsIt() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let token = try #require(browser[cookie: "mailmill"])
            let answer = try await browser.post("/sign-out", [:], from: "/account")
            #expect(answer.location == "/sign-in?signed_out=1")
            #expect(browser[cookie: "mailmill"] == nil)
            browser[cookie: "mailmill"] = token
            #expect(try await browser.get("/api/v1/status").status == 401)
        }
        #expect(await fixture.accounts.openSessions == 0)
        #expect(await fixture.accounts.audit.map(\.action) == [.signedIn, .signedOut])
    }

    @Test func sessionEndsAfterTwelveIdleHours() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            for _ in 0..<3 {
                fixture.clock.advance(by: 11 * 3600)
                #expect(try await browser.get("/account").status == 200)
            }
            fixture.clock.advance(by: 12 * 3600)
            #expect(try await browser.get("/account").status == 303)
        }
    }

    @Test func sessionEndsAfterSevenDaysHoweverBusy() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            for _ in 0..<16 {
                fixture.clock.advance(by: 10 * 3600)
                #expect(try await browser.get("/account").status == 200)
            }
            fixture.clock.advance(by: 9 * 3600)
            #expect(try await browser.get("/account").status == 303)
        }
    }

    @Test func hashOfAnotherCostIsReplacedAtTheNextSignIn() async throws {
        let fixture = try await ConsoleFixture()
        let old = PasswordHashCost(memoryKiB: 32, passes: 1, lanes: 1)
        try await fixture.accounts.add("old", password: ConsoleFixture.password, cost: old)
        try await fixture.browse { (browser: Browser) async throws in
            #expect(try await browser.signIn("old").status == 303)
        }
        #expect(try await fixture.accounts.hash(of: "old")?.cost == ConsoleFixture.cost)
    }

    @Test func auditKeepsNoNameThatIsNoAccount() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn("my-secret-typed-in-the-wrong-field", "x")
            try await browser.signIn("jo", "x")
        }
        let audit = await fixture.accounts.audit
        #expect(audit.map(\.action) == [.signInFailed, .signInFailed])
        #expect(audit[0].account == nil)
        #expect(audit[1].account == AccountID(1))
    }
}
