import ConsoleStandIns
import Foundation
import Testing

@testable import WebConsole

@Suite struct DatabasePageTests {
    @Test func everyFindingIsThereWithWhatToDo() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let text = try await browser.get("/database").text
            #expect(text.contains("state-up\">good"))
            #expect(text.contains("state-warn\">look"))
            #expect(text.contains("state-down\">wrong"))
            #expect(text.contains("→ end it with"))
            #expect(text.contains("1 wrong, 1 to look at."))
            #expect(text.contains("<code>SELECT &lt;1&gt;</code>"))
            #expect(text.contains("aria-current=\"page\">Database") || text.contains(">Database</a>"))
        }
    }

    @Test func showsWhatTheDatabaseTakesAndTriesOtherTimesOfKeeping() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            try await browser.signIn()
            let text = try await browser.get("/database").text
            #expect(text.contains("the disk will not be full at today’s growth"))
            #expect(text.contains("14.0 GiB") && text.contains("name=\"events\""))
            #expect(!text.contains("So kept"))
            #expect(text.contains("50.0 %") && text.contains("100,000 rows/s"))
            #expect(text.contains("waits: commits take 41 ms"))
            #expect(text.contains("into partitions of a day &lt;each&gt;") && text.contains("3 in quarantine"))
            let tried = try await browser.get("/database?events=7&minutes=60").text
            #expect(tried.contains("given back at once") && tried.contains("So kept"))
            #expect(try await browser.get("/database?events=none").status == 400)
            let wrong = try await browser.get("/database?events=90")
            #expect(wrong.status == 400)
            #expect(wrong.text.contains("events are kept for 90 days, longer than minutes (60)"))
        }
    }

    @Test func theLogIsFilteredAndEscaped() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            try await browser.signIn()
            let all = try await browser.get("/database?level=log").text
            #expect(all.contains("checkpoint complete"))
            #expect(all.contains("&lt;script&gt;"))
            let errors = try await browser.get("/database?level=error").text
            #expect(!errors.contains("checkpoint complete"))
            let some = try await browser.get("/database?level=log&text=CHECKPOINT").text
            #expect(some.contains("checkpoint complete"))
            #expect(!some.contains("&lt;script&gt;"))
            #expect(try await browser.get("/database?level=nonsense").status == 400)
        }
    }

    @Test func whileTheDatabaseIsDownItSaysSince() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            fixture.figures.change { $0.database = .down(since: Date(), reason: "no server listens") }
            let answer = try await browser.get("/database")
            #expect(answer.text.contains("has been down since"))
        }
    }
}
