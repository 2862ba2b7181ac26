import MailEvents
import Testing

@testable import Collector

/// What tells a log from another that begins alike.
@Suite struct ContentHashTests {
    private func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private func marks(of bytes: [UInt8], in pieces: Int) -> (marks: [ContentMark], hash: ContentHash) {
        var hash = ContentHash()
        bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                hash.advance(over: UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(pieces)))
            }
        }
        return (hash.takeMarks(), hash)
    }

    private func difference(_ marks: [ContentMark], _ bytes: [UInt8]) -> Int64? {
        withUnsafeTemporaryAllocation(byteCount: 5000, alignment: 1) { buffer in
            ContentHash.firstDifference(marks, buffer: buffer) { position, target in
                let rest = bytes.dropFirst(Int(position)).prefix(target.count)
                target.copyBytes(from: rest)
                return rest.count
            }?.position
        }
    }

    @Test func itIsTheHashOfXz() {
        // The check value of CRC-64/XZ.
        #expect(marks(of: Array("123456789".utf8), in: 9).hash.value == 0x995d_c9bb_df19_39fa)
    }

    @Test func marksStandFarApartAndDoNotDependOnHowALogWasRead() {
        let log = bytes(3 << 20)
        let (whole, hash) = marks(of: log, in: log.count)
        #expect(whole.map(\.position) == [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3072].map { $0 << 10 })
        let pieces = marks(of: log, in: 77_777)
        #expect(pieces.marks == whole)
        #expect(pieces.hash == hash)
    }

    @Test func itGoesOnFromWhereTheDatabaseHasIt() {
        let log = bytes(100_000)
        var first = marks(of: Array(log[..<30_000]), in: 30_000).hash
        var rest = ContentHash(position: first.position, value: first.value)
        log[30_000...].withUnsafeBytes {
            first.advance(over: $0)
            rest.advance(over: $0)
        }
        #expect(first == rest)
    }

    @Test func whatIsShorterAndTheSameDiffersNowhere() {
        let log = bytes(300_000)
        let marks = marks(of: log, in: 4096).marks
        #expect(difference(marks, Array(log.prefix(150_000))) == nil)
        #expect(difference(marks, log) == nil)
    }

    @Test(arguments: [(20_000, Int64(32 << 10)), (3, 8 << 10), (131_072, 256 << 10)])
    func aDifferenceIsFoundAtTheNextMark(place: Int, mark: Int64) {
        var log = bytes(300_000)
        let marks = marks(of: log, in: 4096).marks
        log[place] ^= 1
        #expect(difference(marks, log) == mark)
    }
}
