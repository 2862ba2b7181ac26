import Accounts
import ConsoleStandIns
import Foundation
import Testing

@testable import WebConsole

@Suite struct TracePageTests {
    @Test func withoutACriterionItSaysWhatCanBeLookedFor() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let text = try await browser.get("/trace").text
            #expect(text.contains("What became of a message"))
            #expect(text.contains("href=\"/trace\" aria-current=\"page\""))
        }
    }

    @Test func aMessageIsShownWithItsWholeLife() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let text = try await browser.get("/trace?recipient=ann%40example.org&period=1d").text
            for part in [
                "4Zt9kL2Qm4z1Gk", "news@example.net", "20.0 KiB", "app1.example.net [198.51.100.7]",
                "421 4.7.0 try later",
                "Refused before it had an id", "&lt;b&gt;unknown&lt;/b&gt;",
            ] {
                #expect(text.contains(part), "\(part)")
            }
            #expect(!text.contains("<b>unknown"))
            #expect(text.contains("after=1_2_3") && text.contains("value=\"ann@example.org\""))
            // The next page holds the period of the first, and its criteria.
            let next = try await browser.get("/trace?recipient=ann%40example.org&period=1d&after=1_2_3").text
            #expect(next.contains("Newest") && !next.contains("Older"))
        }
    }

    @Test func nothingFoundSaysWhereElseToLook() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let text = try await browser.get("/trace?recipient=nobody%40example.org&node=mx1").text
            #expect(text.contains("No message found"))
            #expect(text.contains("/trace?node=mx1&amp;period=1w&amp;recipient=nobody%40example.org"))
        }
    }

    @Test func whatCannotBeUsedIsNamed() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            for path in [
                "/trace?after=x", "/trace?recipient=a%0Ab", "/trace?limit=0", "/api/v1/trace", "/api/v1/trace?node=mx1",
            ] {
                #expect(try await browser.get(path).status == 400, "\(path)")
            }
        }
    }

    @Test func programsGetTheSame() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let document = try await browser.get("/api/v1/trace?message=0A1B2C").json()
            let messages = try #require(document["messages"] as? [[String: Any]])
            #expect(messages.map { $0["message_id"] as? String } == ["0A1B2C", "4Zt9kL2Qm4z1Gm", ""])
            #expect((messages[0]["events"] as? [[String: Any]])?.count == 3)
            #expect(document["next"] as? String == "1_2_3")
        }
    }

    @Test func whoOnlyReadsFiguresLooksUpNobodysMail() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.accounts.add(
            "reader",
            password: ConsoleFixture.password,
            role: .reporting,
            cost: ConsoleFixture.cost
        )
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn("reader")
            #expect(try await browser.get("/trace?recipient=ann%40example.org").status == 403)
            #expect(try await browser.get("/api/v1/trace?recipient=ann%40example.org").status == 403)
            #expect(try await !browser.get("/status").text.contains("/trace"))
        }
    }

    @Test func whileTheDatabaseIsDownItSaysSo() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            await fixture.goDown()
            let answer = try await browser.get("/trace?recipient=ann%40example.org")
            #expect(answer.text.contains("No data since"))
        }
    }
}
