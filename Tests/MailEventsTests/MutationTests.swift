import LogGenerator
import MailEvents
import Testing

/// Damaged lines of every format.
@Suite struct MutationTests {
    private static let linesPerFormat = 200_000
    private static let linesPerChunk = 500
    /// The same lines in every run; another seed makes others.
    private static let seed: UInt64 = 20_260_305

    @Test(arguments: LogFormat.allCases)
    func damagedLinesDoNoHarm(_ format: LogFormat) throws {
        print("mutations of \(format.rawValue) by seed \(Self.seed)")
        try Self.read(format, seed: Self.seed, lines: Self.linesPerFormat)
    }

    /// Reads so many damaged lines through one reader, and looks at all that comes out.
    static func read(_ format: LogFormat, seed: UInt64, lines: Int) throws {
        let fixtures = try Fixture.all(of: format)
        var mutator = Mutator(seed: seed, lines: fixtures.flatMap { $0.cases.map(\.line) })
        var reader = try #require(fixtures.first).reader()
        var text: [UInt8] = []
        var batch = EventBatch.empty
        var read: Int64 = 0
        var events = 0
        for number in 0..<lines / linesPerChunk {
            text.removeAll(keepingCapacity: true)
            for _ in 0..<linesPerChunk { mutator.addLine(to: &text) }
            batch.events.removeAll(keepingCapacity: true)
            batch.unread.removeAll(keepingCapacity: true)
            batch.bytes.removeAll(keepingCapacity: true)
            let consumed = text.withUnsafeBytes { reader.read($0, at: 0, into: &batch) }
            #expect(consumed == text.count, "seed \(seed), chunk \(number)")
            for event in batch.events { DamageTests.check(event, batch.bytes.count) }
            for line in batch.unread where Int(line.text.offset + line.text.length) > batch.bytes.count {
                Issue.record("an unread line outside of the batch: seed \(seed), chunk \(number)")
            }
            events += batch.events.count
            read = batch.lines
        }
        #expect(read >= Int64(lines / linesPerChunk * linesPerChunk))
        #expect(events > lines / 100, "the damage leaves some events")
    }
}
