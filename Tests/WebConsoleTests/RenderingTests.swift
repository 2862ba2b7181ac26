import Foundation
import Testing

@testable import WebConsole

@Suite struct RenderingTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "−1,234")])
    func wholeNumbersAreGrouped(number: Int, text: String) {
        #expect(NumberText.whole(Int64(number)) == text)
    }

    @Test(arguments: [
        (9999, "9,999"), (10_000, "10.0k"), (123_456, "123k"), (999_499, "999k"), (999_500, "1.00M"),
        (12_345_678, "12.3M"),
        (5_000_000_000, "5.00G"),
    ])
    func narrowScreensGetThreeDigits(number: Int, text: String) {
        #expect(NumberText.compact(Int64(number)) == text)
    }

    @Test(arguments: [
        (0, "0 %"), (0.00001, "< 0.01 %"), (0.0056, "0.56 %"), (0.034, "3.4 %"), (0.5, "50.0 %"), (0.9995, "99.95 %"),
        (0.99999, "> 99.99 %"), (1, "100.0 %"),
    ])
    func sharesNeverRoundToNothingOrAll(share: Double, text: String) {
        #expect(NumberText.percent(share) == text)
    }

    @Test(arguments: [
        (0, "0 s"), (59.4, "59 s"), (60, "1 min"), (250, "4 min 10 s"), (1260, "21 min"), (7500, "2 h 5 min"),
        (90_000, "1 d 1 h"), (172_800, "2 d"), (-5, "0 s"),
    ])
    func spansAreShort(seconds: Double, text: String) {
        #expect(TimeText.span(seconds) == text)
    }

    @Test func bytesAndTimesHaveUnits() {
        #expect(NumberText.bytes(812) == "812 B")
        #expect(NumberText.bytes(15_624_000) == "14.9 MiB")
        #expect(NumberText.duration(milliseconds: 870.4) == "870 ms")
        #expect(NumberText.duration(milliseconds: 3210) == "3.2 s")
        #expect(NumberText.duration(milliseconds: 250_000) == "4 min 10 s")
    }

    /// Against Foundation's calendar, over two centuries and several zones.
    @Test(arguments: ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"])
    func localTimeAgreesWithTheCalendar(name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        for step in 0..<800 {
            let date = Date(timeIntervalSince1970: Double(step) * 7_919_111 - 2_000_000_000)
            let local = LocalTime(date, in: zone)
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
            #expect(local.year == parts.year && local.month == parts.month && local.day == parts.day)
            #expect(local.hour == parts.hour && local.minute == parts.minute && local.second == parts.second)
            let back = LocalTime.date(
                year: local.year,
                month: local.month,
                day: local.day,
                hour: local.hour,
                minute: local.minute,
                second: local.second,
                in: zone
            )
            #expect(abs(back.timeIntervalSince(date)) < 1 || abs(back.timeIntervalSince(date)) == 3600)
        }
    }

    @Test func escapingGoesByOctets() {
        let escaped = EscapedHTML().escapeText("<a href='x' title=\"\u{301}\">&\u{0}\u{1B}\u{7F}\t\n")
        let expected = "&lt;a href=&#39;x&#39; title=&quot;\u{301}&quot;&gt;&amp;\u{FFFD}\u{FFFD}\u{FFFD}\t\n"
        #expect(Array(escaped.utf8) == Array(expected.utf8))
    }

    @Test func noTemplateLeavesEscapingOut() throws {
        let files = try ResourceFolder(path: nil).files(in: "templates", withExtensions: ["mustache"])
        #expect(files.count >= 12)
        for (name, data) in files {
            let text = String(decoding: data, as: UTF8.self)
            #expect(!text.contains("{{{") && !text.contains("{{&") && !text.contains("{{="), "\(name)")
            #expect(text.firstMatch(of: /\s(on[a-z]+|style)=/) == nil, "\(name)")
            #expect(text.firstMatch(of: /\s[a-z-]+=\{\{/) == nil, "\(name): an attribute without quotation marks")
        }
    }

    @Test func escapingHoldsInPartialsAndBlocks() throws {
        let templates = try Templates(ResourceFolder(path: nil))
        let hostile = "\"\u{301}<"
        let text = try templates.render(
            "error",
            ["title": hostile, "problem_title": hostile, "banner": ["title": hostile], "asset": [String: String]()]
        )
        // Not inside the macro, which does not survive such text.
        let isMarked = text.utf8Contains("\"\u{301}")
        let parts = text.components(separatedBy: "&quot;\u{301}&lt;").count
        #expect(!isMarked)
        #expect(parts == 4)
    }

    @Test func csvQuotesWhatNeedsIt() {
        var table = CSVTable(header: ["a", "b"])
        table.append(["x,y", "say \"hi\"\nnow"])
        #expect(table.text == "a,b\r\n\"x,y\",\"say \"\"hi\"\"\nnow\"\r\n")
        let guarded = ["=1", "+1", "-1", "@a", "\tx", "ok", ""].map(CSVTable.guarded)
        #expect(guarded == ["'=1", "'+1", "'-1", "'@a", "'\tx", "ok", ""])
    }
}
