import CollectorFixtures
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Collector

@Suite struct StreamContentTests {
    /// A file of `text`, compressed by the named tool, and the content of it.
    func compressed(_ text: String, _ shop: Workshop, _ tool: String...) throws -> (any LogContent, FilePath) {
        let path = shop.path("log")
        try shop.append(text, to: path)
        let suffix = [("gzip", ".gz"), ("zstd", ".zst"), ("bzip2", ".bz2"), ("xz", ".xz")].first { $0.0 == tool[0] }?.1
        try shop.run("/usr/bin/env", tool + ["-q", path.string])
        let packed = FilePath(path.string + (suffix ?? ""))
        return (try ContentSource.opening(packed).source.open(), packed)
    }

    @Test(arguments: ["gzip", "zstd", "bzip2", "xz"])
    func compressedLogsReadLikeThePlainOnes(tool: String) throws {
        let shop = try Workshop()
        let text = LogLine.text(0..<20_000)
        let all = Array(text.utf8)
        let (content, _) = try compressed(text, shop, tool)
        #expect(try content.bytes(at: 0, count: all.count + 10) == all)
        // Forward by steps, a little back, far back, at the end.
        for position in [3_000_000, 2_999_000, 100, 1_000_000, all.count - 5] {
            let expected = Array(all[position..<min(position + 4096, all.count)])
            #expect(try content.bytes(at: Int64(position), count: 4096) == expected)
        }
        #expect(try content.bytes(at: Int64(all.count), count: 1) == [])
        #expect(try content.holds(Int64(all.count) - 1))
        #expect(try !content.holds(Int64(all.count)))
    }

    @Test func theLengthOfAGzipFileIsToldWithoutReadingIt() throws {
        let shop = try Workshop()
        let text = LogLine.text(0..<1000)
        let (content, _) = try compressed(text, shop, "gzip")
        #expect(try content.ends(at: Int64(text.utf8.count)) == true)
        #expect(try content.ends(at: 17) == nil)
    }

    @Test(arguments: ["gzip", "bzip2", "xz"])
    func severalMembersAreOneLog(tool: String) throws {
        let shop = try Workshop()
        let first = LogLine.text(0..<3000)
        let second = LogLine.text(3000..<6000)
        let (_, path) = try compressed(first, shop, tool)
        let (_, other) = try {
            try shop.rename(path, shop.path("first"))
            return try compressed(second, shop, tool)
        }()
        let joined =
            try Data(contentsOf: URL(fileURLWithPath: shop.path("first").string))
            + Data(contentsOf: URL(fileURLWithPath: other.string)) + Data(repeating: 0, count: 100)
        try joined.write(to: URL(fileURLWithPath: shop.path("both").string))
        let content = try ContentSource.opening(shop.path("both")).source.open()
        let all = Array((first + second).utf8)
        #expect(try content.bytes(at: 0, count: all.count + 1) == all)
    }

    @Test(arguments: ["gzip", "zstd", "bzip2", "xz"])
    func aCutFileGivesWhatItHasAndThenSaysSo(tool: String) throws {
        let shop = try Workshop()
        let text = LogLine.text(0..<20_000)
        let (_, path) = try compressed(text, shop, tool)
        let size = try path.stat().size
        #expect(Glibc.truncate(path.string, Int(size / 2)) == 0)
        let content = try ContentSource.opening(path).source.open()
        let start = try content.bytes(at: 0, count: 100_000)
        #expect(start == Array(text.utf8.prefix(100_000)))
        #expect {
            _ = try content.bytes(at: 0, count: text.utf8.count)
        } throws: { error in
            if case CollectorError.incompleteCompression = error { return true }
            return false
        }
    }

    @Test(arguments: ["gzip", "bzip2", "xz"])
    func aDamagedFileIsAnErrorWithItsPlace(tool: String) throws {
        let shop = try Workshop()
        let (_, path) = try compressed(LogLine.text(0..<20_000), shop, tool)
        let size = try path.stat().size
        let file = try FileDescriptor.open(path, .writeOnly)
        try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: size / 2, Array(repeating: 0xff, count: 64)) }
        let content = try ContentSource.opening(path).source.open()
        #expect {
            _ = try content.bytes(at: 0, count: 10_000_000)
        } throws: { error in
            guard case CollectorError.damagedCompression(_, let position, _) = error else { return false }
            return position > 0
        }
    }

    @Test func whatCannotBeDecompressedIsNamed() throws {
        let shop = try Workshop()
        let path = shop.path("mail.log.1.Z")
        try Data([0x1f, 0x9d, 0x90, 0x41]).write(to: URL(fileURLWithPath: path.string))
        #expect(throws: CollectorError.unsupportedCompression(path: path.string, kind: "compress")) {
            _ = try ContentSource.opening(path).source.open()
        }
    }
}
