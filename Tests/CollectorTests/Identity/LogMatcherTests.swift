import MailEvents
import Testing

@testable import Collector

/// Content in memory.
final class BytesContent: LogContent {
    let all: [UInt8]

    init(_ text: String) {
        all = Array(text.utf8)
    }

    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard position < all.count else { return 0 }
        let rest = all[Int(position)...].prefix(buffer.count)
        buffer.copyBytes(from: rest)
        return rest.count
    }

    func ends(at position: Int64) throws -> Bool? { Int(position) == all.count }
}

@Suite struct LogMatcherTests {
    let long = String(repeating: "a long first line of a log, number 1\n", count: 400)

    func familiar(_ text: String, at position: Int64, id: Int64 = 1, withHead: Bool = false) throws -> FamiliarLog {
        let place = try ReadingPlace(at: position, in: BytesContent(text))
        var log = FamiliarLog(FileKey(high: 0, low: 0), at: place)
        log.memory = .database(id)
        if !withHead { log.head = nil }
        return log
    }

    @Test func aLogIsKnownAgainWhenItHasGrown() throws {
        let matcher = LogMatcher(familiar: [try familiar(long, at: 9000)])
        #expect(try matcher.verdict(on: BytesContent(long + "more\n")) == .same(.database(1)))
        #expect(try matcher.verdict(on: BytesContent(String(long.prefix(9000)))) == .same(.database(1)))
    }

    @Test func aLogThatIsShorterThanWhatWasReadIsNotTheSame() throws {
        let matcher = LogMatcher(familiar: [try familiar(long, at: 9000)])
        #expect(try matcher.verdict(on: BytesContent(String(long.prefix(8999)))) == .shortened(.database(1)))
    }

    @Test func aLogThatDiffersBeforeThePositionIsNotTheSame() throws {
        let matcher = LogMatcher(familiar: [try familiar(long, at: 9000)])
        let other = String(long.prefix(8000)) + "x" + String(long.dropFirst(8001))
        #expect(try matcher.verdict(on: BytesContent(other)) == .shortened(.database(1)))
        #expect(try matcher.verdict(on: BytesContent("y" + long)) == .stranger)
    }

    @Test func aShortHeadAloneTellsNothing() throws {
        let matcher = LogMatcher(familiar: [try familiar("first line\nsecond\n", at: 18)])
        #expect(try matcher.verdict(on: BytesContent("first line\nother!\nmore of it\n")) == .stranger)
        #expect(try matcher.verdict(on: BytesContent("first line\nsecond\nthird\n")) == .same(.database(1)))
        #expect(try matcher.verdict(on: BytesContent("first line\n")) == .stranger)
    }

    @Test func aPrefixIsKnownWhereTheHeadIsAtHand() throws {
        let matcher = LogMatcher(familiar: [try familiar("first line\nsecond\n", at: 18, withHead: true)])
        #expect(try matcher.verdict(on: BytesContent("first line\n")) == .shortened(.database(1)))
    }

    @Test func aLogThatWasOnlyRegisteredIsKnownByItsHead() throws {
        let matcher = LogMatcher(familiar: [try familiar("first line\n", at: 0)])
        #expect(try matcher.verdict(on: BytesContent("first line\nsecond\n")) == .same(.database(1)))
        #expect(try matcher.verdict(on: BytesContent("other line\n")) == .stranger)
    }

    @Test func anEmptyLogIsNobody() throws {
        #expect(try LogMatcher(familiar: [try familiar(long, at: 0)]).verdict(on: BytesContent("")) == .empty)
    }

    @Test func theLogThatFitsWhollyIsPreferred() throws {
        let matcher = LogMatcher(familiar: [
            try familiar(long, at: 9000, id: 1), try familiar(long, at: 5000, id: 2),
        ])
        #expect(try matcher.verdict(on: BytesContent(String(long.prefix(6000)))) == .same(.database(2)))
    }
}

@Suite struct ReadingPlaceTests {
    @Test func aPlaceIsTheSameWhicheverWayItIsReached() throws {
        let text = (0..<3000).map { "line \($0)\n" }.joined()
        let content = BytesContent(text)
        for step in [1, 7, 1000, 4096, 5000, 100_000] {
            var place = ReadingPlace()
            var position = 0
            while position < content.all.count {
                let part = Array(content.all[position..<min(position + step, content.all.count)])
                part.withUnsafeBytes { place.advance(over: $0) }
                position += part.count
            }
            #expect(place == (try ReadingPlace(at: Int64(content.all.count), in: content)))
            #expect(place.fingerprint().headLength == 4096)
            #expect(place.fingerprint().tailLength == 4096)
        }
    }
}
