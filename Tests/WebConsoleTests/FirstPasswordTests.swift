import Accounts
import ConsoleStandIns
import Foundation
import Testing

@testable import WebConsole

@Suite struct FirstPasswordTests {
    @Test func nothingIsReachableBeforeTheFirstPasswordIsChanged() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            #expect(try await browser.signIn("new").location == "/password")
            for path in ["/", "/dashboard", "/status", "/account", "/no-such-page"] {
                #expect(try await browser.get(path).location == "/password", "\(path)")
            }
            for path in ["/api/v1/traffic", "/live"] {
                #expect(try await browser.get(path).status == 403)
            }
            #expect(try await browser.get("/password").status == 200)
        }
    }

    @Test func changeLetsInWithANewTokenAndClosesAllOtherSessions() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn("new")
            let elsewhere = browser[cookie: "mailmill"]
            browser[cookie: "mailmill"] = nil
            try await browser.signIn("new")
            let before = browser[cookie: "mailmill"]
            let fields = ["new": "nine blue herons", "again": "nine blue herons"]
            #expect(try await browser.post("/password", fields, from: "/password").location == "/dashboard")
            #expect(browser[cookie: "mailmill"] != before)
            #expect(try await browser.get("/dashboard").status == 200)
            let mine = browser[cookie: "mailmill"]
            for old in [elsewhere, before] {
                browser[cookie: "mailmill"] = old
                #expect(try await browser.get("/account").status == 303)
            }
            browser[cookie: "mailmill"] = mine
            #expect(try await browser.get("/password").location == "/account")
        }
        #expect(await fixture.accounts.audit.last?.action == .passwordChanged)
    }

    @Test(arguments: [
        ("short", "short", "at least 12 characters"), ("nine blue herons", "nine blue herens", "not the same"),
        (ConsoleFixture.password, ConsoleFixture.password, "differs from the present one"),
        ("Password-2026", "Password-2026", "an attacker tries"),
    ])
    func unacceptableOnesAreRefusedInWords(new: String, again: String, words: String) async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            try await browser.signIn("new")
            let answer = try await browser.post("/password", ["new": new, "again": again], from: "/password")
            #expect(answer.status == 422)
            #expect(answer.text.contains(words))
            #expect(try await browser.get("/dashboard").location == "/password")
        }
    }

    @Test func ownPasswordIsChangedWithThePresentOne() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            try await browser.signIn()
            var fields = ["present": "wrong", "new": "nine blue herons", "again": "nine blue herons"]
            #expect(try await browser.post("/account/password", fields, from: "/account").text.contains("is wrong"))
            fields["present"] = ConsoleFixture.password
            #expect(
                try await browser.post("/account/password", fields, from: "/account").location == "/account?changed=1"
            )
            #expect(try await browser.get("/account?changed=1").text.contains("Your password is changed"))
            try await browser.post("/sign-out", [:], from: "/account")
            #expect(try await browser.signIn().status == 422)
            #expect(try await browser.signIn("jo", "nine blue herons").status == 303)
        }
    }
}
