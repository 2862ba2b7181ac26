import Foundation
import LogGenerator
import MailEvents
import Testing

/// Traditional stamps have no year and no zone: both come from what the parser knows.
@Suite struct YearTests {
    /// The times that the stamps of a file are read as, by lines of another program.
    private func read(
        _ stamps: [String],
        modified: String,
        zone: String = "UTC",
        newest: String? = nil,
        state: [UInt8] = []
    ) throws -> [String] {
        var parser = try parser(modified: modified, zone: zone, newest: newest, state: state)
        return stamps.map { EventText.of(Array("\($0) mx1 cron: x".utf8), &parser)[0] }
    }

    private func parser(modified: String, zone: String, newest: String?, state: [UInt8]) throws -> any LogParser {
        func time(_ text: String) throws -> Int64 {
            Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970) * 1_000_000
        }
        let timeZone = try #require(TimeZone(identifier: zone))
        let table = LocalZone(timeZone, years: 2000...2040)
        let context = LogFormat.Context(fileModifiedAt: try time(modified), zone: table)
        var parser = LogFormat.postfix.parser(context: context, state: state)
        if let newest { parser.newestPossible = try time(newest) }
        return parser
    }

    private func utc(_ times: String...) -> [String] { times.map { "nothing \($0).000000+00:00" } }

    @Test func theFirstStampIsTheLatestThatIsNotAfterTheFilesModification() throws {
        #expect(try read(["Mar  5 04:00:00"], modified: "2026-03-06T00:00:00Z") == utc("2026-03-05T04:00:00"))
        #expect(try read(["Mar  7 04:00:00"], modified: "2026-03-06T00:00:00Z") == utc("2025-03-07T04:00:00"))
        #expect(try read(["Dec 31 23:00:00"], modified: "2026-01-01T00:30:00Z") == utc("2025-12-31T23:00:00"))
    }

    @Test func aFileMayBeADayAheadOfItsModificationForTheZoneMayBeWrong() throws {
        #expect(try read(["Mar  6 13:00:00"], modified: "2026-03-06T00:00:00Z") == utc("2026-03-06T13:00:00"))
    }

    @Test func theYearGoesForwardWithTheFile() throws {
        let stamps = ["Dec 30 10:00:00", "Dec 31 23:59:59", "Jan  1 00:00:00", "Jul  1 00:00:00", "Jan  2 00:00:00"]
        let times = utc(
            "2023-12-30T10:00:00",
            "2023-12-31T23:59:59",
            "2024-01-01T00:00:00",
            "2024-07-01T00:00:00",
            "2025-01-02T00:00:00"
        )
        #expect(try read(stamps, modified: "2024-01-02T00:00:00Z") == times)
    }

    @Test func linesMayBeOutOfOrderOverTheTurnOfAYear() throws {
        let stamps = ["Dec 31 23:59:59", "Jan  1 00:00:01", "Dec 31 23:59:58", "Jan  1 00:00:02"]
        let times = utc("2025-12-31T23:59:59", "2026-01-01T00:00:01", "2025-12-31T23:59:58", "2026-01-01T00:00:02")
        #expect(try read(stamps, modified: "2026-01-01T10:00:00Z") == times)
    }

    @Test func theTwentyNinthOfFebruaryIsOfALeapYear() throws {
        #expect(try read(["Feb 29 12:00:00"], modified: "2026-03-06T00:00:00Z") == utc("2024-02-29T12:00:00"))
        let stamps = ["Feb 28 12:00:00", "Feb 29 12:00:00", "Mar  1 12:00:00"]
        let times = utc("2024-02-28T12:00:00", "2024-02-29T12:00:00", "2024-03-01T12:00:00")
        #expect(try read(stamps, modified: "2024-03-06T00:00:00Z") == times)
    }

    @Test func aStampAheadOfTheClockDoesNotMoveTheYear() throws {
        let stamps = ["Mar  5 04:00:00", "Jan  1 00:00:09", "Mar  5 04:00:20"]
        let read = try read(stamps, modified: "2026-03-05T04:00:00Z", newest: "2026-03-06T04:00:00Z")
        #expect(read == utc("2026-03-05T04:00:00") + ["nothing"] + utc("2026-03-05T04:00:20"))
    }

    @Test func theStateKeepsTheYearWhateverTheFilesModificationIs() throws {
        var before = try parser(modified: "2020-12-31T00:00:00Z", zone: "UTC", newest: nil, state: [])
        _ = EventText.of(Array("Dec 30 23:00:00 mx1 cron: x".utf8), &before)
        let after = try read(["Jan  2 00:00:00"], modified: "2026-03-05T00:00:00Z", state: before.state)
        #expect(after == utc("2021-01-02T00:00:00"))
    }

    @Test func theRepeatedHourIsTheFirstUntilTheLogIsPastIt() throws {
        let stamps = [
            "Oct 25 01:59:59", "Oct 25 02:00:00", "Oct 25 02:30:00", "Oct 25 02:29:59", "Oct 25 02:59:59",
            "Oct 25 02:00:00", "Oct 25 02:30:00", "Oct 25 03:00:00",
        ]
        let times = utc(
            "2026-10-24T23:59:59",
            "2026-10-25T00:00:00",
            "2026-10-25T00:30:00",
            "2026-10-25T00:29:59",
            "2026-10-25T00:59:59",
            "2026-10-25T01:00:00",
            "2026-10-25T01:30:00",
            "2026-10-25T02:00:00"
        )
        #expect(try read(stamps, modified: "2026-10-25T12:00:00Z", zone: "Europe/Berlin") == times)
    }

    @Test func theSkippedHourIsReadWithTheOffsetBeforeIt() throws {
        let stamps = ["Mar 29 01:59:59", "Mar 29 02:30:00", "Mar 29 03:00:00"]
        let times = utc("2026-03-29T00:59:59", "2026-03-29T01:30:00", "2026-03-29T01:00:00")
        #expect(try read(stamps, modified: "2026-03-29T12:00:00Z", zone: "Europe/Berlin") == times)
    }

    @Test func aFileThatTurnsToISOStampsAndBackKeepsItsYear() throws {
        let stamps = ["Dec 31 23:00:00", "2026-01-01T00:00:00Z", "Dec 31 23:59:59", "Jan  1 00:00:01"]
        let times = utc("2025-12-31T23:00:00", "2026-01-01T00:00:00", "2025-12-31T23:59:59", "2026-01-01T00:00:01")
        #expect(try read(stamps, modified: "2026-01-01T10:00:00Z") == times)
    }

    @Test func everyDayOfEightYearsIsReadAsItsOwn() throws {
        var parser = try parser(modified: "2023-01-01T00:00:00Z", zone: "Europe/Berlin", newest: nil, state: [])
        var time: Int64 = 1_672_531_200_000_000
        while time < 1_924_992_000_000_000 {
            let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
            let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time) / 1e6))
            let stamp = LogStamp.traditional(time + Int64(offset) * 1_000_000)
            let read = EventText.of(Array("\(stamp) mx1 cron: x".utf8), &parser)
            #expect(read == ["nothing \(LogStamp.iso(time))"])
            time += 23 * 3_600_000_000
        }
    }
}
