import LogGenerator
import MailEvents
import Testing

/// A log's format is found by its lines, or it is said why not.
@Suite struct DetectionTests {
    private static let context = LogFormat.Context(fileModifiedAt: 1_775_000_000_000_000, zone: .utc)

    private func detect(_ text: String) -> LogFormat.Detection {
        let lines = text.split(separator: "\n").map { Array($0.utf8) }
        return LogFormat.detect(lines, context: Self.context)
    }

    @Test(arguments: LogFormat.allCases)
    func aFormatIsKnownByItsFixtures(_ format: LogFormat) throws {
        for fixture in try Fixture.all(of: format) where fixture.name != "malformed.txt" {
            // A fixture shows what cannot be read too; a log is mostly whole.
            let whole = fixture.cases.filter { !($0.expected.first ?? "").hasPrefix("unreadable") }
            let found = LogFormat.detect(whole.map(\.line), context: fixture.context)
            #expect(found.format == format, "\(fixture): \(found.reason)")
            #expect(found.share == 1)
            #expect(found.reason.hasPrefix("\(whole.count) of \(whole.count) lines read as \(format.title)"))
        }
    }

    @Test(arguments: LogFormat.allCases)
    func aTornLineAtEitherEndChangesNothing(_ format: LogFormat) throws {
        let fixture = try #require(try Fixture.all(of: format).first { $0.name != "malformed.txt" })
        let whole = fixture.cases.filter { !($0.expected.first ?? "").hasPrefix("unreadable") }
        guard let last = whole.last?.line, whole.count > 3 else { return }
        let lines = whole.map(\.line) + [Array(last.prefix(last.count / 2))]
        #expect(LogFormat.detect(lines, context: fixture.context).format == format)
    }

    @Test func malformedLinesHaveNoFormat() throws {
        for format in LogFormat.allCases {
            let fixture = try #require(try Fixture.all(of: format).first { $0.name == "malformed.txt" })
            let broken = fixture.cases.filter { ($0.expected.first ?? "").hasPrefix("unreadable") }
            let found = LogFormat.detect(broken.map(\.line), context: fixture.context)
            #expect(found.format == nil || found.format != format, "\(fixture): \(found.reason)")
        }
    }

    @Test func aLogOfTwoServersHasNone() {
        let found = detect(
            """
            Mar  5 04:07:08 mx1 postfix/smtpd[310]: 4Zt9kL2Qm4z1Gk: client=x[198.51.100.7]
            Mar  5 04:07:09 mx1 exim[2211]: 2026-03-05 04:07:09 1tpwQm-0003Ab-1z <= news@example.net P=esmtp S=20480
            """
        )
        #expect(found.format == nil)
        #expect(
            found.reason
                == "the lines are of several formats (1 of Postfix's log, 1 of Exim's log): say which one is meant"
        )
    }

    @Test func nothingToTellItByHasNone() {
        #expect(detect("").reason == "there are no lines to tell it by")
        #expect(detect("1251470342@@@@M1\n1251470402@@@@M1").format == nil)
        let syslog = detect("Mar  5 04:07:08 mx1 sshd[812]: Accepted publickey for ops")
        #expect(syslog.format == nil)
        #expect(syslog.reason.hasPrefix("none of the lines tells by which server it was written"))
        #expect(detect("hello\nworld").reason == "no format knows any of the lines")
        #expect(detect("hello\nworld").share == 0)
    }

    @Test func accountingRecordsWithoutTheirHeaderAreNamed() {
        let found = detect("d,2026-03-05 03:07:10+0000,n@example.net,ann@example.org")
        #expect(found.format == nil)
        #expect(found.reason.contains("the header line that names the columns is not among them"))
    }

    @Test func aLogThatIsMostlyDamagedHasNone() {
        let line = #"{"type":"Delivery","timestamp":1772680031,"recipient":"ann@example.org"}"#
        let found = detect("\(line)\n\(line)\n\(line.dropLast())\n\(line.dropLast(2))\n\(line.dropFirst())")
        #expect(found.format == nil)
        #expect(found.reason.hasPrefix("2 of 5 lines read as KumoMTA's log records, but too many"))
        #expect(found.share == 0.4)
    }

    @Test func aGeneratedLogOfManyLinesIsKnown() {
        var log = EximLog(seed: 3, start: 1_772_236_800_000_000, domains: DomainTail(count: 50))
        let text = log.lines(messages: 200)
        let lines = text.split(separator: 0x0A).map(Array.init)
        let found = LogFormat.detect(lines, context: Self.context)
        #expect(found.format == .exim)
        #expect(found.reason.hasSuffix("; no other format knows any"))
    }
}
