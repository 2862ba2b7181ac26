import Foundation
import MailEvents
import Testing

@Suite struct LocalZoneTests {
    @Test func theTableHasTheZonesChanges() throws {
        let zone = LocalZone(try #require(TimeZone(identifier: "Europe/Berlin")), years: 2026...2026)
        #expect(
            zone.changes == [
                LocalZone.Change(utc: .min, offset: 3600),
                LocalZone.Change(utc: 1_774_746_000_000_000, offset: 7200),
                LocalZone.Change(utc: 1_792_890_000_000_000, offset: 3600),
            ]
        )
    }

    @Test func aZoneWithoutChangesHasOneEntry() throws {
        let zone = LocalZone(try #require(TimeZone(secondsFromGMT: -5 * 3600)), years: 1990...2050)
        #expect(zone.changes == [LocalZone.Change(utc: .min, offset: -18_000)])
        #expect(zone.utc(ofLocal: 0, after: nil) == 18_000_000_000)
    }

    @Test func anEmptyTableIsUTC() {
        let zone = LocalZone(changes: [])
        #expect(zone.utc(ofLocal: 5, after: nil) == 5)
        #expect(zone.stretch(aroundLocal: 5)?.offset == 0)
    }

    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca",
    ])
    func everyQuarterOfAnHourComesBackFromItsLocalTime(_ name: String) throws {
        let timeZone = try #require(TimeZone(identifier: name))
        let zone = LocalZone(timeZone, years: 2024...2025)
        var last: Int64?
        var time: Int64 = 1_704_067_200_000_000
        while time < 1_767_225_600_000_000 {
            let offset = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time / 1_000_000)))
            let local = time + Int64(offset) * 1_000_000
            #expect(zone.utc(ofLocal: local, after: last) == time)
            if let stretch = zone.stretch(aroundLocal: local) { #expect(local - stretch.offset == time) }
            last = time
            time += 900_000_000
        }
    }
}
