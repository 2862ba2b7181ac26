import ConsoleStandIns
import Foundation
import Store
import Testing

@testable import WebConsole

@Suite struct DashboardTests {
    private func dashboard(
        _ query: String = "",
        _ change: (inout GeneratedFigures.Situation) -> Void = { _ in }
    ) async throws -> Answer {
        let fixture = try await ConsoleFixture()
        fixture.figures.change(change)
        let answers = AnswerBox()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            await answers.set(try await browser.get("/dashboard" + query))
        }
        return try #require(await answers.answer)
    }

    private actor AnswerBox {
        private(set) var answer: Answer?
        func set(_ answer: Answer) { self.answer = answer }
    }

    @Test func lastHourIsTheDefaultAndItsFiguresAreThere() async throws {
        let answer = try await dashboard()
        #expect(answer.text.contains("aria-current=\"true\">1h</a>"))
        #expect(answer.text.contains("datetime=\"2026-11-22T20:26:00Z\""))
        #expect(answer.text.contains("datetime=\"2026-11-22T21:26:00Z\""))
        for key in ["receptions", "deliveries", "bounces", "transient_failures", "rejections", "active", "delayed"] {
            let number = try #require(answer.tile(key), "\(key)")
            #expect(number.wholeMatch(of: /[0-9,]+/) != nil, "\(key): \(number)")
        }
        #expect(answer.text.contains("Complete until"))
        #expect(answer.text.contains("Not measured: no mail server followed here tells its connections"))
        #expect(answer.text.contains("data-live=\"/live\""))
    }

    @Test func hostileNamesStayText() async throws {
        let hostile = [
            "<script>alert(1)</script>", "\"\u{301} onmouseover=\"alert(1)\" x=\"", "'><img src=x onerror=alert(1)>",
            "{{#nodes}}{{/nodes}}", "a&lt;b", "<\u{338}script>",
        ]
        let answer = try await dashboard { $0.extraDomains = hostile }
        #expect(answer.status == 200)
        #expect(!answer.text.utf8Contains("<script>alert"))
        #expect(!answer.text.utf8Contains("<img"))
        // Not inside the macro, which does not survive such text.
        let marked = answer.text.utf8Contains("\"\u{301}") || answer.text.utf8Contains("<\u{338}")
        let isEscaped = answer.text.utf8Contains("&quot;\u{301} onmouseover=&quot;")
        #expect(!marked)
        #expect(isEscaped)
        #expect(answer.text.utf8Contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(answer.text.utf8Contains("a&amp;lt;b"))
    }

    @Test func hostileFiltersStayText() async throws {
        let answer = try await dashboard("?domain=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&node=%27%22%CC%81%3E")
        #expect(answer.status == 200)
        #expect(!answer.text.utf8Contains("<script>alert"))
        #expect(answer.text.utf8Contains("&quot;&gt;&lt;script&gt;alert(1)"))
        let marked = answer.text.utf8Contains("\"\u{301}>")
        #expect(!marked)
    }

    @Test func sampleDataIsLabelledOnEveryPage() async throws {
        let fixture = try await ConsoleFixture()
        fixture.figures.change { $0.hasSampleData = true }
        try await fixture.browse { (browser: Browser) async throws in
            #expect(try await browser.get("/sign-in").text.contains("Sample data: replayed, not a real server."))
            try await browser.signIn()
            for path in ["/dashboard", "/status", "/account", "/no-such-page"] {
                #expect(
                    try await browser.get(path).text.contains("Sample data: replayed, not a real server."),
                    "\(path)"
                )
            }
        }
    }

    @Test func eachKindOfNothingSaysWhatToDo() async throws {
        let nobody = try await dashboard { situation in
            situation.nodes = []
            situation.volume = 0
        }
        #expect(nobody.text.contains("No mail server reports yet"))
        #expect(nobody.text.contains("format: postfix"))
        let quiet = try await dashboard { $0.volume = 0 }
        #expect(quiet.text.contains("No traffic in this period"))
        #expect(quiet.tile("deliveries") == "0")
        let filtered = try await dashboard("?domain=nobody.example")
        #expect(filtered.text.contains("Nothing matches these filters"))
        #expect(filtered.text.contains("href=\"/dashboard\">Show everything"))
    }

    @Test func whatNobodyTellsIsADashNotAZero() async throws {
        let unmeasured = try await dashboard { $0.measuresQueues = false }
        #expect(unmeasured.tile("active") == "–")
        #expect(unmeasured.tile("delayed") == "–")
        let narrowed = try await dashboard("?domain=yahoo.example")
        #expect(narrowed.tile("receptions") == "–")
        #expect(narrowed.tile("active") == "–")
        #expect(narrowed.tile("deliveries") != "–")
        let all = try await dashboard()
        let row = try #require(all.text.firstMatch(of: /gmail\.example<\/bdi><\/a><\/th><td>([^<]*)<\/td>/))
        #expect(row.1 == "–")
        #expect(all.text.contains("not told"))
    }

    @Test func nodeThatIsBehindIsNamed() async throws {
        let answer = try await dashboard { $0.behind = ["mx2": 1260] }
        #expect(answer.text.contains("Figures are incomplete:"))
        #expect(answer.text.contains("<bdi>mx2</bdi> is counted until"))
        #expect(!answer.text.contains("<bdi>mx1</bdi> is counted until"))
    }

    @Test func linksCarryPeriodAndFiltersFromPageToPage() async throws {
        let answer = try await dashboard("?period=1d&node=mx1&by=binding&sort=-bounces")
        #expect(answer.text.contains("href=\"/status?period=1d&amp;node=mx1\""))
        #expect(answer.text.contains("href=\"/dashboard?period=12h&amp;node=mx1\""))
        #expect(answer.text.contains("data-live=\"/live?period=1d&amp;node=mx1&amp;by=binding&amp;sort=-bounces\""))
        #expect(
            answer.text.contains(
                "href=\"/api/v1/traffic?period=1d&amp;node=mx1&amp;by=binding&amp;sort=-bounces&amp;format=csv\""
            )
        )
        #expect(answer.text.contains("aria-sort=\"descending\""))
    }

    @Test func typedPeriodBecomesAbsoluteInThePersonsZone() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            browser[cookie: "mailmill-zone"] = "Europe%2FBerlin"
            let answer = try await browser.get(
                "/dashboard?period=custom&from=2026-11-22T10:00&to=2026-11-22T11:30&node=&domain="
            )
            #expect(answer.location == "/dashboard?period=custom&from=2026-11-22T09:00:00Z&to=2026-11-22T10:30:00Z")
            let page = try await browser.get(try #require(answer.location))
            #expect(page.text.contains("value=\"2026-11-22T10:00\""))
            #expect(page.text.contains(">2026-11-22 10:00</time>"))
            #expect(page.text.contains("title=\"2026-11-22 09:00:00 UTC\""))
            #expect(!page.text.contains("data-live="))
        }
    }

    @Test func chosenZoneWinsOverTheBrowsers() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            browser[cookie: "mailmill-zone"] = "Europe%2FBerlin"
            #expect(try await browser.get("/dashboard").text.contains("data-zone=\"Europe/Berlin\""))
            #expect(try await browser.post("/account/zone", ["zone": "Asia/Tokyo"], from: "/account").status == 303)
            #expect(try await browser.get("/dashboard").text.contains("data-zone=\"Asia/Tokyo\""))
            #expect(try await browser.post("/account/zone", ["zone": "Mars/Olympus"], from: "/account").status == 400)
            try await browser.post("/account/zone", ["zone": ""], from: "/account")
            #expect(try await browser.get("/dashboard").text.contains("data-zone=\"UTC\""))
        }
    }

    @Test func badParametersAreNamedWithWhatIsExpected() async throws {
        let answer = try await dashboard("?period=2h&by=colour&sort=size&limit=0")
        #expect(answer.status == 400)
        for word in ["period", "by", "sort", "limit", "one of 1h, 12h, 1d", "a number from 1 to"] {
            #expect(answer.text.contains(word), "\(word)")
        }
        #expect(try await dashboard("?domain=%ff").status == 400)
    }

    @Test func pageAsksForNoMoreThanItShows() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            _ = try await browser.get("/dashboard")
            let before = fixture.figures.calls
            _ = try await browser.get("/dashboard")
            #expect(
                fixture.figures.calls - before == 4,
                "report, series, standing, queue series; choices are remembered"
            )
        }
    }
}

extension String {
    /// As a browser would look for it: by octets, not by characters.
    func utf8Contains(_ other: String) -> Bool {
        Data(utf8).range(of: Data(other.utf8)) != nil
    }
}
