import ConsoleStandIns
import Foundation
import Testing

@testable import WebConsole

@Suite struct StatusPageTests {
    @Test func everyNodeAndSourceIsThere() async throws {
        let fixture = try await ConsoleFixture()
        fixture.figures.change { situation in
            situation.behind = ["mx2": 1260]
            situation.sourceError = "cannot open /var/log/mail.log: <Permission denied>"
            situation.hasSampleData = true
        }
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let text = try await browser.get("/status").text
            for node in ["mx1", "mx2", "out1"] { #expect(text.contains("<bdi>\(node)</bdi>")) }
            #expect(text.contains("state-up\">online"))
            #expect(text.contains("state-down\">offline"))
            #expect(text.contains("<span class=\"warn\">21 min</span>"))
            #expect(text.contains("14.9 MiB"))
            #expect(text.contains("&lt;Permission denied&gt;"))
            #expect(text.contains("<span class=\"warn\">17</span>"))
            #expect(text.contains("<span class=\"tag\">sample</span>"))
            #expect(text.contains("href=\"/dashboard?node=mx1\""))
        }
    }

    @Test func withoutANodeItSaysWhatToDo() async throws {
        let fixture = try await ConsoleFixture()
        fixture.figures.change { $0.nodes = [] }
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            #expect(try await browser.get("/status").text.contains("No mail server reports yet"))
        }
    }

    @Test func headRequestsAreAnsweredWithoutABody() async throws {
        try await ConsoleFixture().browse { (browser: Browser) async throws in
            #expect(try await browser.head("/healthz").status == 200)
            try await browser.signIn()
            let answer = try await browser.head("/status")
            #expect(answer.status == 200)
            #expect(answer.text.isEmpty)
            #expect(try await browser.head("/live").status == 404)
        }
    }

    @Test func programsGetTheSame() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let document = try await browser.get("/api/v1/status").json()
            #expect((document["database"] as? [String: Any])?["state"] as? String == "up")
            let nodes = try #require(document["nodes"] as? [[String: Any]])
            #expect(nodes.map { $0["node"] as? String } == ["mx1", "mx2", "out1"])
            let source = try #require((nodes[1]["sources"] as? [[String: Any]])?.first)
            #expect(source["quarantined"] as? Int == 17)
            #expect(source["is_sample"] as? Bool == false)
            #expect(source["last_error"] is NSNull)
            #expect((nodes[2]["queue"] as? [String: Any])?["active"] is NSNull)
            let csv = try await browser.get("/api/v1/status?format=csv").text.split(separator: "\r\n")
            #expect(csv.count == 4)
        }
    }
}
