import MailEvents
import Testing

/// What holds for every format however a line is damaged: no crash, and no field that leads outside of its line.
@Suite struct DamageTests {
    @Test(arguments: LogFormat.allCases)
    func linesCutOffAnywhereDoNoHarm(_ format: LogFormat) throws {
        for fixture in try Fixture.all(of: format) {
            for item in fixture.cases {
                for end in 0...item.line.count { Self.parse(Array(item.line[..<end]), fixture) }
            }
        }
    }

    @Test(arguments: LogFormat.allCases)
    func linesWithoutTheirBeginningDoNoHarm(_ format: LogFormat) throws {
        for fixture in try Fixture.all(of: format) {
            for item in fixture.cases {
                for start in 0..<item.line.count { Self.parse(Array(item.line[start...]), fixture) }
            }
        }
    }

    @Test(arguments: LogFormat.allCases, [0x01, 0x20, 0x80, 0xFF] as [UInt8])
    func aFlippedByteDoesNoHarm(_ format: LogFormat, _ flip: UInt8) throws {
        for fixture in try Fixture.all(of: format) {
            for item in fixture.cases {
                for index in item.line.indices {
                    var line = item.line
                    line[index] ^= flip
                    Self.parse(line, fixture)
                }
            }
        }
    }

    @Test(arguments: LogFormat.allCases)
    func aCarriageReturnAtTheEndChangesNothing(_ format: LogFormat) throws {
        for fixture in try Fixture.all(of: format) {
            var parser = fixture.parser()
            for item in fixture.cases { #expect(EventText.of(item.line + [0x0D], &parser) == item.expected) }
        }
    }

    @Test(arguments: LogFormat.allCases)
    func emptyLinesAreNothing(_ format: LogFormat) throws {
        let fixture = try #require(try Fixture.all(of: format).first)
        var parser = fixture.parser()
        #expect(EventText.of([], &parser) == ["nothing"])
        #expect(EventText.of([0x0D], &parser) == ["nothing"])
    }

    @Test(arguments: LogFormat.allCases)
    func runsOfOneByteAreNoEvents(_ format: LogFormat) throws {
        let fixture = try #require(try Fixture.all(of: format).first)
        for byte in UInt8.min...UInt8.max where byte != 0x0A {
            for count in [1, 2, 7, 8, 9, 20, 300, 65_536] {
                var parser = fixture.parser()
                var events: [MailEvent] = []
                let line = [UInt8](repeating: byte, count: count)
                _ = line.withUnsafeBytes { parser.parse($0, into: &events) }
                #expect(events.isEmpty, "\(count) times \(byte)")
            }
        }
    }

    /// Parses a line and looks at every field of what comes out.
    static func parse(_ line: [UInt8], _ fixture: Fixture) {
        var parser = fixture.parser()
        var events: [MailEvent] = []
        line.withUnsafeBytes { bytes in
            let outcome = parser.parse(bytes, into: &events)
            if case .events = outcome { #expect(!events.isEmpty) } else { #expect(events.isEmpty) }
            for event in events { check(event, bytes.count) }
        }
    }

    /// Every field of an event within so many bytes, and every number in its range.
    static func check(_ event: MailEvent, _ count: Int) {
        var isInside = true
        var copy = event
        copy.replaceFields { field in
            isInside = isInside && UInt64(field.offset) + UInt64(field.length) <= UInt64(count)
            return field
        }
        let untold = MailEvent.untold
        let isInRange =
            event.occurredAt >= 631_152_000_000_000 && event.size >= untold && event.delay >= untold
            && (event.replyCode == untold || (200...599).contains(event.replyCode))
            && (event.statusClass == untold || (2...5).contains(event.statusClass))
            && (-1...999).contains(event.statusSubject) && (-1...999).contains(event.statusDetail)
            && event.attempt >= untold && event.stage >= untold
        if !isInside || !isInRange { Issue.record("out of range: \(event)") }
    }
}
