import ConsoleStandIns
import Foundation
import HTTPTypes
import Testing

@testable import WebConsole

@Suite struct APITests {
    @Test func trafficHasTheShapeOfTheCommandLinesReport() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let answer = try await browser.get("/api/v1/traffic?by=both&limit=3&sort=-transient_failures")
            #expect(answer[header: "Content-Type"] == "application/json")
            let document = try answer.json()
            #expect((document["period"] as? [String: String])?["from"] == "2026-11-22T20:26:00Z")
            #expect(document["complete_until"] as? String == "2026-11-22T21:25:29Z")
            let rows = try #require(document["rows"] as? [[String: Any]])
            #expect(rows.count == 3)
            #expect(Set(rows[0].keys).isSuperset(of: ["domain", "binding", "binding_group"]))
            let total = try #require(document["total"] as? [String: Any])
            for key in [
                "receptions", "deliveries", "transient_failures", "permanent_failures", "out_of_band_bounces",
                "expirations", "rejections", "discards",
            ] {
                #expect(total[key] is Int, "\(key)")
            }
            let counts = rows.compactMap { $0["transient_failures"] as? Int }
            #expect(counts == counts.sorted(by: >))
        }
    }

    @Test func seriesHasAPointABucketAndItsSumIsTheTotal() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let document = try await browser.get("/api/v1/traffic/series").json()
            let points = try #require(document["points"] as? [[String: Any]])
            #expect(points.count == 60)
            #expect(document["bucket_seconds"] as? Int == 60)
            let total = try #require(try await browser.get("/api/v1/traffic").json()["total"] as? [String: Any])
            #expect(points.compactMap { $0["deliveries"] as? Int }.reduce(0, +) == total["deliveries"] as? Int)
            let queues = try #require(document["queues"] as? [String: Any])
            #expect((queues["points"] as? [[String: Any]])?.count == 60)
        }
    }

    @Test func csvHoldsExactlyWhatIsShown() async throws {
        let fixture = try await ConsoleFixture()
        fixture.figures.change { $0.extraDomains = ["=cmd|' /C calc'!A0", "a,b\"c"] }
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let answer = try await browser.get("/api/v1/traffic?format=csv")
            #expect(answer[header: "Content-Type"] == "text/csv; charset=utf-8; header=present")
            #expect(answer[header: "Content-Disposition"] == "attachment; filename=\"mailmill-traffic-by-domain.csv\"")
            let lines = answer.text.components(separatedBy: "\r\n")
            #expect(lines[0].hasPrefix("domain,receptions,deliveries,bounces,bounce_rate,"))
            #expect(lines[1].hasPrefix("gmail.example,,"), "receptions by domain are not told: nothing, not zero")
            #expect(lines.contains { $0.hasPrefix("'=cmd|' /C calc'!A0,") })
            #expect(lines.contains { $0.hasPrefix("\"a,b\"\"c\",") })
            let accepted = try await browser.get("/api/v1/traffic", [.accept: "text/csv"])
            #expect(accepted.text == answer.text)
            let series = try await browser.get("/api/v1/traffic/series?format=csv").text
            #expect(series.components(separatedBy: "\r\n").count == 62)
        }
    }

    @Test func problemsAreProblemDocuments() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let answer = try await browser.get("/api/v1/traffic?period=2h&format=xml")
            #expect(answer.status == 400)
            #expect(answer[header: "Content-Type"] == "application/problem+json")
            let wrong = try await browser.get("/api/v1/traffic?period=2h&from=x").json()
            #expect(wrong["status"] as? Int == 400)
            #expect(wrong["type"] as? String == "urn:mailmill:problem:bad-parameter")
            let parameters = try #require(wrong["invalid_parameters"] as? [[String: String]])
            #expect(parameters.first?["name"] == "period")
            #expect(try await browser.get("/api/v1/nothing").json()["status"] as? Int == 404)
        }
    }

    @Test func choicesBeginWithWhatIsTyped() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            #expect(
                try await browser.get("/api/v1/choices?of=domain&prefix=EXAMPLE").text
                    == #"["example.com","example.net","example.org"]"#
            )
            #expect(try await browser.get("/api/v1/choices?of=node").text == #"["mx1","mx2","out1"]"#)
            #expect(try await browser.get("/api/v1/choices?of=everything").status == 400)
        }
    }
}
