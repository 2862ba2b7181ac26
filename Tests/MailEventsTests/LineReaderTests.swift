import MailEvents
import Testing

/// What the reader makes of a chunk's bytes before a parser sees them.
@Suite struct LineReaderTests {
    private static let reception = "2026-03-05T04:07:08Z mx1 postfix/smtpd[310]: 4Zt9kL2Qm4z1Gk: client=x[198.51.100.7]"
    private let context = LogFormat.Context(fileModifiedAt: 0, zone: .utc)

    private func read(_ text: [UInt8], at position: Int64 = 0, endsFile: Bool = false) -> (EventBatch, Int) {
        var reader = LogFormat.postfix.reader(context: context)
        var batch = EventBatch.empty
        let consumed = text.withUnsafeBytes { reader.read($0, at: position, endsFile: endsFile, into: &batch) }
        return (batch, consumed)
    }

    @Test func aLastLineWithoutItsLineFeedIsLeftOver() {
        let text = Array("\(Self.reception)\n\(Self.reception)".utf8)
        let (batch, consumed) = read(text)
        #expect(batch.lines == 1)
        #expect(batch.events.count == 1)
        #expect(consumed == Self.reception.utf8.count + 1)
    }

    @Test func theLastLineOfAFileNeedsNoLineFeed() {
        let text = Array("\(Self.reception)\n\(Self.reception)".utf8)
        let (batch, consumed) = read(text, endsFile: true)
        #expect(batch.events.count == 2)
        #expect(consumed == text.count)
    }

    @Test func nothingIsReadFromNothing() {
        let (batch, consumed) = read([])
        #expect(consumed == 0)
        #expect(batch.lines == 0)
        #expect(batch.readUpTo == nil)
    }

    @Test func onlyLinesThatTellSomethingKeepTheirBytes() {
        let dull = "2026-03-05T04:08:08Z mx1 cron: x"
        let (batch, _) = read(Array("\(dull)\n\(Self.reception)\nbad\n".utf8))
        #expect(batch.lines == 3)
        #expect(String(decoding: batch.bytes, as: UTF8.self) == Self.reception + "bad")
        #expect(batch.text(batch.events[0].messageID) == "4Zt9kL2Qm4z1Gk")
        #expect(batch.readUpTo == 1_772_683_688_000_000)
    }

    @Test func unreadLinesKnowWhereTheyStand() {
        let text = Array("\(Self.reception)\r\nbad\n\nworse\n".utf8)
        let (batch, _) = read(text, at: 1000)
        let first = 1000 + Int64(Self.reception.utf8.count) + 2
        #expect(batch.unread.map(\.position) == [first, first + 5])
        #expect(batch.unread.map { batch.text($0.text) } == ["bad", "worse"])
    }

    @Test func positionsMayCountLines() {
        var reader = LogFormat.postfix.reader(context: context)
        var batch = EventBatch.empty
        let text = Array("\(Self.reception)\nbad\n\nworse\n".utf8)
        for _ in 0..<2 { _ = text.withUnsafeBytes { reader.read($0, at: 70, counting: .lines, into: &batch) } }
        #expect(batch.unread.map(\.position) == [71, 73, 71, 73])
    }

    @Test func aLineAsLongAsALineMayBeIsRead() {
        let line = Array(Self.reception.utf8) + [UInt8](repeating: 0x61, count: 65_536 - Self.reception.utf8.count)
        let (batch, consumed) = read(line + [0x0A])
        #expect(batch.events.count == 1)
        #expect(consumed == 65_537)
        #expect(read(line).1 == 0)
    }

    @Test(arguments: [65_537, 65_538, 70_000, 200_000])
    func aLongerLineIsQuarantinedAndStopsNothing(_ length: Int) {
        let long = [UInt8](repeating: 0x62, count: length)
        let text = Array("\(Self.reception)\n".utf8) + long + Array("\n\(Self.reception)\n".utf8)
        let (batch, consumed) = read(text)
        #expect(consumed == text.count)
        #expect(batch.lines == 3)
        #expect(batch.events.count == 2)
        #expect(batch.unread.count == 1)
        #expect(batch.unread.first?.reason == .tooLong)
        #expect(batch.unread.first?.text.length == 65_536)
        #expect(batch.unread.first?.position == Int64(Self.reception.utf8.count) + 1)
    }

    @Test(arguments: [65_537, 80_000, 150_000])
    func aLongLineMayComeInPiecesAndOverARestart(_ piece: Int) {
        let long = [UInt8](repeating: 0x62, count: 300_000)
        let text = Array("\(Self.reception)\n".utf8) + long + Array("\n\(Self.reception)\n".utf8)
        let whole = EventText.of(read(text).0)
        var batch = EventBatch.empty
        var position = 0
        var end = 0
        while end < text.count {
            end = min(text.count, max(end, position) + piece)
            var reader = LogFormat.postfix.reader(context: context, state: batch.parserState)
            let chunk = Array(text[position..<end])
            position += chunk.withUnsafeBytes { reader.read($0, at: Int64(position), into: &batch) }
        }
        #expect(position == text.count)
        #expect(EventText.of(batch) == whole)
    }

    @Test func bytesThatAreNoTextAreKeptAsTheyAre() throws {
        let head = Array("2026-03-05T04:07:08Z mx1 postfix/pickup[1]: 4Zt9: uid=0 from=<".utf8)
        let line = head + [0x00, 0xFF, 0xC3, 0x28, 0x1B] + Array("@example.org>\n".utf8)
        let (batch, _) = read(line)
        let event = try #require(batch.events.first)
        let local = batch.bytes.withUnsafeBytes { bytes in
            event.senderLocal.withPlainBytes(in: bytes) { Array($0) }
        }
        #expect(local == [0x00, 0xFF, 0xC3, 0x28, 0x1B])
        #expect(batch.text(event.senderDomain) == "example.org")
    }

    @Test func theNewestPossibleTimeIsKeptByTheReader() {
        var reader = LogFormat.postfix.reader(context: context)
        reader.newestPossible = 1_772_683_627_999_999
        var batch = EventBatch.empty
        let text = Array("\(Self.reception)\n".utf8)
        _ = text.withUnsafeBytes { reader.read($0, at: 0, into: &batch) }
        #expect(batch.unread.map(\.reason) == [.impossibleTime])
        #expect(batch.readUpTo == nil)
        reader.newestPossible += 1
        _ = text.withUnsafeBytes { reader.read($0, at: 0, into: &batch) }
        #expect(batch.events.count == 1)
    }
}
