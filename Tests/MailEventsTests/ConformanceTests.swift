import MailEvents
import Testing

/// What holds for every format. A new format joins by its name in `LogFormat` and its folder in `Fixtures`.
@Suite struct ConformanceTests {
    @Test(arguments: LogFormat.allCases)
    func everyFixtureLineIsReadAsExpected(_ format: LogFormat) throws {
        let fixtures = try Fixture.all(of: format)
        #expect(fixtures.count >= 2, "a format has fixtures of good lines and of malformed ones")
        for fixture in fixtures {
            var parser = fixture.parser()
            for (number, item) in fixture.cases.enumerated() {
                let read = EventText.of(item.line, &parser)
                let line = String(decoding: item.line, as: UTF8.self)
                #expect(read == item.expected, "\(fixture), line \(number + 1): \(line)")
            }
        }
    }

    @Test(arguments: LogFormat.allCases)
    func theStateAtAnyLineGoesOnWithTheSameEvents(_ format: LogFormat) throws {
        for fixture in try Fixture.all(of: format) {
            var parser = fixture.parser()
            for item in fixture.cases {
                var continued = fixture.parser(state: parser.state)
                #expect(EventText.of(item.line, &continued) == EventText.of(item.line, &parser))
                #expect(continued.state == parser.state)
                #expect(parser.state.count <= 65_536)
            }
        }
    }

    @Test(arguments: LogFormat.allCases)
    func damagedStateBeginsAnew(_ format: LogFormat) throws {
        let fixture = try #require(try Fixture.all(of: format).first)
        var reader = fixture.reader()
        var batch = EventBatch.empty
        fixture.text.withUnsafeBytes { _ = reader.read($0, at: 0, into: &batch) }
        let fresh = fixture.reader().state
        for length in 0..<batch.parserState.count {
            _ = fixture.reader(state: Array(batch.parserState[..<length]))
        }
        #expect(fixture.reader(state: [255, 255, 255]).state == fresh)
        #expect(fixture.reader(state: Array(repeating: 0xFF, count: 70_000)).state == fresh)
    }

    @Test(arguments: LogFormat.allCases)
    func chunksOfAnySizeGiveTheSameBatch(_ format: LogFormat) throws {
        for fixture in try Fixture.all(of: format) {
            let text = fixture.text
            let whole = EventText.of(Self.read(text, fixture, chunks: [text.count]))
            for size in [700, 701, 1021, 4096] {
                #expect(EventText.of(Self.read(text, fixture, chunks: [size])) == whole, "\(fixture) by \(size) bytes")
            }
        }
    }

    @Test(arguments: LogFormat.allCases)
    func aChunkMayEndAnywhere(_ format: LogFormat) throws {
        for fixture in try Fixture.all(of: format) {
            let text = Array(fixture.cases.prefix(6).map { $0.line + [0x0A] }.joined())
            let whole = EventText.of(Self.read(text, fixture, chunks: [text.count]))
            for end in 0...text.count {
                let parts = EventText.of(Self.read(text, fixture, chunks: [end, text.count]))
                #expect(parts == whole, "\(fixture) cut at \(end)")
            }
        }
    }

    /// Reads a text by chunks of these sizes, the last size again and again; what was not read comes first in the
    /// next chunk, and each chunk goes on from the state of the one before.
    static func read(_ text: [UInt8], _ fixture: Fixture, chunks sizes: [Int]) -> EventBatch {
        var batch = EventBatch.empty
        var position = 0
        var end = 0
        var number = 0
        text.withUnsafeBytes { bytes in
            while end < text.count {
                end = min(text.count, end + sizes[min(number, sizes.count - 1)])
                number += 1
                var reader = fixture.reader(state: batch.parserState)
                let chunk = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
                position += reader.read(chunk, at: Int64(position), endsFile: end == text.count, into: &batch)
            }
        }
        return batch
    }
}
