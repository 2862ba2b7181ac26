import Foundation
import Store
import Testing

@testable import WebConsole

@Suite struct ParameterTests {
    private let now = ConsoleFixture.start
    private let berlin = TimeZone(identifier: "Europe/Berlin") ?? .gmt

    private func traffic(_ query: String, zone: TimeZone = .gmt) throws -> (TrafficParameters, [ParameterProblem]) {
        var problems: [ParameterProblem] = []
        let parameters = TrafficParameters(try FormFields(parsing: query), at: now, zone: zone, problems: &problems)
        return (parameters, problems)
    }

    @Test(arguments: [
        ("1h", 60, 60), ("12h", 144, 300), ("1d", 144, 600), ("1w", 168, 3600), ("1M", 120, 21_600),
        ("3M", 182, 43_200),
        ("1Y", 365, 86_400),
    ])
    func slidingPeriodsAreWholeBucketsAndReachToTheRunningOne(name: String, points: Int, bucket: Int) throws {
        let (parameters, problems) = try traffic("period=\(name)")
        #expect(problems.isEmpty)
        let period = parameters.chosen.period
        #expect(parameters.chosen.bucketSeconds == bucket)
        #expect(period.to > now && period.to.timeIntervalSince(now) <= Double(bucket))
        #expect(period.to.timeIntervalSince(period.from) == Double(points * bucket))
        #expect(period.to.timeIntervalSince1970.truncatingRemainder(dividingBy: Double(bucket)) == 0)
        #expect(SeriesStep.seconds(for: period, points: parameters.chosen.points) == bucket)
    }

    @Test func yearToDateBeginsAtThePersonsNewYear() throws {
        let (parameters, _) = try traffic("period=YTD", zone: berlin)
        #expect(TimeParameter.format(parameters.chosen.period.from) == "2025-12-31T23:00:00Z")
        #expect(parameters.chosen.period.to > now)
    }

    @Test(arguments: [
        ("2026-11-22T09:00:00Z", "2026-11-22T09:00:00Z"), ("2026-11-22T10:00", "2026-11-22T09:00:00Z"),
        ("2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00Z"), ("2026-11-22T10:00:00 01:00", "2026-11-22T09:00:00Z"),
        ("2026-11-22 10:00:30.250", "2026-11-22T09:00:30Z"), ("2026-07-01T10:00", "2026-07-01T08:00:00Z"),
        ("2026-03-29T02:30", "2026-03-29T01:30:00Z"), ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
        ("2024-02-29T12:00", "2024-02-29T11:00:00Z"),
    ])
    func timesAreReadInThePersonsZone(text: String, utc: String) throws {
        let date = try #require(TimeParameter.parse(text, zone: berlin))
        #expect(TimeParameter.format(date) == utc)
    }

    @Test(arguments: [
        "", "yesterday", "2026-02-29T10:00", "2026-13-01T10:00", "2026-11-22", "2026-11-22T24:00", "2026-11-22T10:60",
        "2026-11-22T10:00:00+1:00", "2026-11-22T10:00Zjunk", "20261122T1000", "２０２６-11-22T10:00",
    ])
    func whatIsNoTimeIsNil(text: String) {
        #expect(TimeParameter.parse(text, zone: .gmt) == nil)
    }

    @Test(arguments: [
        ("period=custom&from=2026-11-22T10:00&to=2026-11-22T09:00", "to"),
        ("period=custom&from=x&to=2026-11-22T09:00", "from"),
        ("period=custom", "from"), ("period=custom&from=2020-01-01T00:00Z&to=2026-01-01T00:00Z", "from"),
        ("period=custom&from=1980-01-01T00:00Z&to=1980-01-02T00:00Z", "from"), ("period=2h", "period"),
        ("node=%0Aevil", "node"), ("domain=" + String(repeating: "x", count: 256), "domain"),
    ])
    func unusableParametersAreNamed(query: String, name: String) throws {
        let (_, problems) = try traffic(query)
        #expect(problems.map(\.name) == [name])
        #expect(problems.allSatisfy { !$0.expected.isEmpty })
    }

    @Test func linkOfParametersReadsBackAsTheSame() throws {
        let (parameters, _) = try traffic(
            "period=custom&from=2026-11-20T10:00Z&to=2026-11-21T10:00Z&node=mx1&binding=p%26q&domain=Example.COM"
        )
        #expect(parameters.query.domain == "example.com")
        let (again, problems) = try traffic(parameters.fields.encoded)
        #expect(problems.isEmpty)
        #expect(again == parameters)
        #expect(try traffic("").0.fields.encoded == "")
    }

    @Test func tabKeepsTheSortThatItsTableHas() throws {
        var problems: [ParameterProblem] = []
        let bySize = BreakdownParameters(try FormFields(parsing: "sort=domain"), problems: &problems)
        #expect(bySize.grouped(by: .binding).order == .standard)
        #expect(bySize.grouped(by: .both).order == TrafficOrder(.domain, isDescending: false))
        #expect(problems.isEmpty)
    }
}
