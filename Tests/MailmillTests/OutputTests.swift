import Foundation
import Store
import Testing

@testable import mailmill

struct OutputTests {
    @Test func tableAlignsItsColumns() {
        var table = TextTable(columns: [.text("name"), .number("count")])
        table.rows = [["a", "1"], ["long", "12345"]]
        #expect(table.aligned() == "name  count\na         1\nlong  12345")
    }

    @Test func csvQuotesWhatNeedsItAndDisarmsFormulas() {
        var table = TextTable(columns: [.text("a"), .text("b")])
        table.rows = [["x,\"y\"", "=cmd()"], ["-5", "line\nfeed"]]
        #expect(table.csv() == "a,b\r\n\"x,\"\"y\"\"\",'=cmd()\r\n-5,\"line\nfeed\"")
    }

    @Test func jsonEscapesControlCharacters() {
        let document = JSONValue.object([("k\n", .array([.text("\u{1}\"\\"), .null, .flag(true), .whole(-1)]))])
        #expect(document.text(indented: false) == #"{"k\n":["\u0001\"\\",null,true,-1]}"#)
    }

    @Test(arguments: [
        ("2026-03-05T04:00:00Z", 1_772_683_200.0),
        ("2026-03-05T05:00:00+01:00", 1_772_683_200.0),
        ("2026-03-05t04:00:00.250z", 1_772_683_200.25),
        ("2026-03-05 04:00:00Z", 1_772_683_200.0),
        ("2026-03-05", 1_772_668_800.0),
    ])
    func timesOfRFC3339AreRead(text: String, seconds: Double) {
        #expect(RFC3339.time(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: ["", "yesterday", "2026-13-01", "2026-03-05T04:00:00", "2026-03-05T25:00:00Z"])
    func othersAreNot(text: String) {
        #expect(RFC3339.time(text) == nil)
    }

    @Test func periodsThatAreEmptyOrDoubleAreRefused() throws {
        let now = Date(timeIntervalSince1970: 1_772_683_200)
        #expect(throws: (any Error).self) {
            try PeriodArgument.period(from: "2026-03-06", to: "2026-03-05", last: nil, now: now)
        }
        #expect(throws: (any Error).self) {
            try PeriodArgument.period(from: "2026-03-01", to: nil, last: "1h", now: now)
        }
        let hour = try PeriodArgument.period(from: nil, to: nil, last: nil, now: now)
        #expect(hour == Period(from: now.addingTimeInterval(-3600), to: now))
        let week = try PeriodArgument.period(from: nil, to: "2026-03-05", last: "7d", now: now)
        #expect(week.to.timeIntervalSince(week.from) == 7 * 86_400)
    }

    @Test func trafficReportPrintsTheContractOfItsJSON() {
        var measures = TrafficMeasures()
        measures.receptions = 3
        measures.rejections4xx = 1
        measures.rejections5xx = 2
        var row = TrafficRow(measures: measures)
        row.domain = "example.org"
        let start = Date(timeIntervalSince1970: 1_772_683_200)
        let report = TrafficReport(
            period: Period(from: start, to: start.addingTimeInterval(60)),
            grain: "minute",
            nodes: [NodeCompleteness(node: "mx1", completeUntil: nil)],
            rows: [row],
            total: measures
        )
        let text = TrafficReportView(report: report, grouping: .domain).json().text(indented: false)
        let figures =
            #""receptions":3,"deliveries":0,"transient_failures":0,"permanent_failures":0,"#
            + #""out_of_band_bounces":0,"expirations":0,"rejections":3,"discards":0"#
        #expect(text.contains(#""period":{"from":"2026-03-05T04:00:00Z","to":"2026-03-05T04:01:00Z"}"#))
        #expect(text.contains(#""complete_until":null"#))
        #expect(text.contains(#""rows":[{"domain":"example.org",\#(figures)}]"#))
        #expect(text.contains(#""total":{\#(figures)}"#))
    }
}
