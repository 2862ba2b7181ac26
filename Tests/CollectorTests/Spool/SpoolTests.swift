import CollectorFixtures
import Foundation
import SystemPackage
import Testing

@testable import Collector

/// The spool's files: what is written, torn, flipped, deleted.
@Suite struct SpoolTests {
    /// A spool that holds the first `lines` lines of a log, in frames of `step` lines.
    func spool(_ shop: Workshop, lines: Int, step: Int = 100) throws -> (folder: SpoolFolder, key: FileKey) {
        let folder = SpoolFolder(shop.spool)
        let key = FileKey()
        let head = SpoolSegmentHead(key: key, first: 0, modifiedAt: 5, logHead: [], name: "mail.log")
        let log = SpoolLog(folder: folder, compressor: FrameCompressor(), head: head)
        let logHead = Array(LogLine.text(0..<lines).utf8.prefix(4096))
        for start in stride(from: 0, to: lines, by: step) {
            let bytes = Array(LogLine.text(start..<min(start + step, lines)).utf8)
            try bytes.withUnsafeBytes { try log.append($0, modifiedAt: 5, logHead: logHead) }
        }
        try log.sync()
        return (folder, key)
    }

    func all(_ spool: (folder: SpoolFolder, key: FileKey)) throws -> [UInt8] {
        let content = SpoolContent(folder: spool.folder, key: spool.key)
        return try content.bytes(at: content.start(), count: 100 << 20)
    }

    func onlySegment(_ spool: (folder: SpoolFolder, key: FileKey)) throws -> FilePath {
        let segments = try spool.folder.segments(of: spool.key)
        #expect(segments.count == 1)
        return try #require(segments.first).path
    }

    func change(_ path: FilePath, _ body: (inout Data) -> Void) throws {
        let url = URL(fileURLWithPath: path.string)
        var data = try Data(contentsOf: url)
        body(&data)
        try data.write(to: url)
    }

    @Test func whatIsWrittenIsRead() throws {
        let shop = try Workshop()
        let spool = try spool(shop, lines: 1000)
        #expect(try all(spool) == Array(LogLine.text(0..<1000).utf8))
        let content = SpoolContent(folder: spool.folder, key: spool.key)
        let part = Array(Array(LogLine.text(0..<1000).utf8)[12_345..<62_345])
        #expect(try content.bytes(at: 12_345, count: 50_000) == part)
    }

    @Test func aLongLogMakesSeveralSegments() async throws {
        let shop = try Workshop()
        let folder = SpoolFolder(shop.spool)
        let head = SpoolSegmentHead(key: FileKey(), first: 0, modifiedAt: 0, logHead: [1], name: "x")
        let log = SpoolLog(folder: folder, compressor: FrameCompressor(), head: head)
        var random = SeededRandom(seed: 1)
        let noise = (0..<SpoolFrameHead.maximumLength).map { _ in UInt8.random(in: 0...255, using: &random) }
        for _ in 0..<10 { try noise.withUnsafeBytes { try log.append($0, modifiedAt: 0, logHead: [1]) } }
        #expect(try folder.segments(of: head.key).count > 1)
        let content = SpoolContent(folder: folder, key: head.key)
        #expect(try content.bytes(at: 0, count: 11 << 20) == Array(repeating: noise, count: 10).flatMap { $0 })
    }

    @Test func aTornEndCostsOnlyTheTornFrame() throws {
        for cut in [1, 20, 43, 44, 60, 500] {
            let shop = try Workshop()
            let spool = try spool(shop, lines: 1000)
            try change(try onlySegment(spool)) { $0.removeLast(cut) }
            let log = try #require(
                try SpoolLog(continuing: spool.key, folder: spool.folder, compressor: FrameCompressor()))
            #expect(log.end == Int64(LogLine.text(0..<900).utf8.count))
            let rest = Array(LogLine.text(900..<1100).utf8)
            try rest.withUnsafeBytes { try log.append($0, modifiedAt: 5, logHead: []) }
            #expect(try all(spool) == Array(LogLine.text(0..<1100).utf8))
        }
    }

    @Test func aZeroedEndIsTornToo() throws {
        let shop = try Workshop()
        let spool = try spool(shop, lines: 1000)
        try change(try onlySegment(spool)) { data in
            let start = data.count - 300
            data.replaceSubrange(start..<data.count, with: Data(repeating: 0, count: 300))
            data.append(Data(repeating: 0, count: 4096))
        }
        let log = try #require(
            try SpoolLog(continuing: spool.key, folder: spool.folder, compressor: FrameCompressor()))
        #expect(log.end == Int64(LogLine.text(0..<900).utf8.count))
    }

    @Test func everyFlippedByteCostsOnlyItsFrame() throws {
        let shop = try Workshop()
        let spool = try spool(shop, lines: 400)
        let path = try onlySegment(spool)
        let size = Int(try path.stat().size)
        let whole = Array(LogLine.text(0..<400).utf8)
        let starts = (0...4).map { LogLine.text(0..<$0 * 100).utf8.count }
        for place in stride(from: 0, to: size, by: 97) {
            try change(path) { $0[place] ^= 0x40 }
            let content = SpoolContent(folder: spool.folder, key: spool.key)
            var held = 0
            for (start, end) in zip(starts, starts.dropFirst()) {
                let expected = Array(whole[start..<end])
                let got = try content.bytes(at: Int64(start), count: expected.count)
                // Never other bytes than those written.
                #expect(got == expected || got.count < expected.count && expected.starts(with: got))
                if got == expected { held += 1 }
            }
            #expect(held >= 3, "byte \(place) of \(size) costs \(4 - held) frames")
            try change(path) { $0[place] ^= 0x40 }
        }
    }

    @Test func behindADamagedFrameReadingGoesOn() throws {
        let shop = try Workshop()
        let spool = try spool(shop, lines: 300)
        let segment = try #require(try spool.folder.read(spool.folder.segments(of: spool.key)[0], of: spool.key))
        try change(try onlySegment(spool)) { $0[segment.frames[1].offset + 30] ^= 1 }
        let content = SpoolContent(folder: spool.folder, key: spool.key)
        let second = segment.frames[1].head
        #expect(try content.bytes(at: 0, count: 1 << 20) == Array(LogLine.text(0..<100).utf8))
        #expect(try content.next(after: second.position) == second.end)
    }

    @Test func everythingIsFoundByItsNames() throws {
        let shop = try Workshop()
        let spool = try spool(shop, lines: 100)
        #expect(try spool.folder.keys() == [spool.key])
        #expect(FileKey(text: spool.key.description) == spool.key)
        let read = try #require(try spool.folder.read(spool.folder.segments(of: spool.key)[0], of: spool.key))
        #expect(read.head.name == "mail.log")
        #expect(read.head.key == spool.key)
        #expect(read.head.modifiedAt == 5)
        #expect(read.head.logHead == Array(LogLine.text(0..<100).utf8.prefix(4096)))
    }
}

@Suite struct SpoolRetentionTests {
    let key = FileKey(high: 1, low: 1)

    func candidate(_ first: Int64, end: Int64, writtenAt: Int64, isOpen: Bool = false) -> SpoolRetention.Candidate {
        SpoolRetention.Candidate(
            key: key,
            segment: SpoolFolder.Segment(path: "x", first: first, number: 1),
            size: 100,
            end: end,
            writtenAt: writtenAt,
            isOpen: isOpen
        )
    }

    func expired(_ all: [SpoolRetention.Candidate], committed: Int64?, excess: Int64 = 0, oldest: Int64) -> [Int64] {
        let positions = committed.map { [key: $0] } ?? [:]
        return SpoolRetention.expired(all, committed: positions, excess: excess, oldest: oldest)
            .map(\.segment.first)
    }

    @Test func onlyWhatIsCommittedAndOldGoes() {
        let all = [
            candidate(0, end: 10, writtenAt: 1), candidate(10, end: 20, writtenAt: 2),
            candidate(20, end: 30, writtenAt: 9), candidate(30, end: 40, writtenAt: 2),
        ]
        #expect(expired(all, committed: 30, oldest: 5) == [0, 10])
        #expect(expired(all, committed: 9, oldest: 5) == [])
        #expect(expired(all, committed: nil, oldest: 5) == [])
    }

    @Test func whatIsCommittedMakesRoomHoweverYoung() {
        let all = [candidate(0, end: 10, writtenAt: 7), candidate(10, end: 20, writtenAt: 8)]
        #expect(expired(all, committed: 20, excess: 50, oldest: 5) == [0])
        #expect(expired(all, committed: 20, excess: 150, oldest: 5) == [0, 10])
        #expect(expired(all, committed: 5, excess: 150, oldest: 5) == [])
    }

    @Test func whatIsBeingWrittenStays() {
        let all = [candidate(0, end: 10, writtenAt: 1, isOpen: true)]
        #expect(expired(all, committed: 10, excess: 500, oldest: 5) == [])
    }
}
