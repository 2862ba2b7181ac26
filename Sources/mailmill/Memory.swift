internal import CLinux
internal import Foundation
internal import Glibc

/// How the C library keeps memory that was freed.
enum Memory {
    /// Few arenas, and what is free at the end of one given back early: else each thread that ever ran keeps its own,
    /// and a collector takes a sixth more than it needs (`MemoryBenchmark`). Before the first thread starts.
    static func keepSmall() {
        // An allocator that does not know these goes on as it would without.
        _ = mallopt(M_ARENA_MAX, 2)
        _ = mallopt(M_TRIM_THRESHOLD, 1 << 18)
    }

    /// Gives back what a start has left: parsed settings and rules, and the code that only a start runs (a third of what
    /// a collector has resident: libraries of TLS, directories, localisation).
    static func giveBack() {
        // Without proc(5) all stays as it is.
        let mappings = (try? String(contentsOfFile: "/proc/self/smaps", encoding: .utf8)) ?? ""
        for range in fileMappings(mappings) {
            // What is needed again comes back from the page cache.
            _ = madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
        }
        malloc_trim(0)
    }

    /// Mappings of files that cannot be written to, and hold nothing of their own (pages that the loader has written into
    /// would be lost).
    ///
    /// - Parameter text: as in `/proc/self/smaps`, proc(5).
    static func fileMappings(_ text: String) -> [Range<UInt>] {
        var found: [Range<UInt>] = []
        var mapping: Range<UInt>?
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5).map { String(Substring($0)) }
            guard let name = fields.first else { continue }
            if name == "Anonymous:" {
                if let mapping, fields.count > 1, fields[1] == "0" { found.append(mapping) }
            } else if !name.hasSuffix(":") {
                mapping = range(fields)
            }
        }
        return found
    }

    /// `55d0c000-55d0e000 r-xp 00000000 fe:00 1234 /usr/bin/mailmill`; nil where it is not to be given back.
    private static func range(_ fields: [String]) -> Range<UInt>? {
        let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard ends.count == 2, ends[0] < ends[1], fields.count == 6, fields[1].hasPrefix("r"), !fields[1].contains("w"),
            fields[5].drop(while: { $0 == " " }).hasPrefix("/")
        else { return nil }
        return ends[0]..<ends[1]
    }
}
