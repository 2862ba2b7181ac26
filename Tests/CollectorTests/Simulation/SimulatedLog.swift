import CZlib
import CollectorFixtures
import Foundation
import Glibc
import SystemPackage

@testable import Collector

/// A log that a mail server writes and that is rotated, a step at a time: a line may stand there by half, a writer may
/// not know yet that its file was renamed, a copy may be made and the log not yet cut.
final class SimulatedLog {
    enum Way: CaseIterable {
        case numbered
        case dated
        case copied
    }

    private let shop: Workshop
    private let clock: SimulatedClock
    private let way: Way
    /// What of the last line is not written yet.
    private var rest: Substring = ""
    private var writer: FileDescriptor?
    /// The copy that was made of the log before it is cut.
    private var isToBeCut = false
    /// The file that is being compressed: its compressed copy is not whole yet.
    private var compressing: FilePath?
    private var rotated: [FilePath] = []
    private var rotations = 0
    /// Lines that were begun.
    private(set) var count = 0

    init(_ shop: Workshop, _ clock: SimulatedClock, _ way: Way) {
        self.shop = shop
        self.clock = clock
        self.way = way
    }

    deinit {
        // Nothing is written any more.
        try? writer?.close()
    }

    /// Writes lines, or bytes of one.
    func write(_ random: inout SeededRandom) throws {
        guard !isToBeCut else { return }
        try finishLine()
        for _ in 0..<Int.random(in: 0...8, using: &random) { try write(LogLine.text(count)[...], counting: 1) }
        guard Int.random(in: 0..<3, using: &random) == 0 else { return }
        let line = LogLine.text(count)
        let half = Int.random(in: 1..<line.count, using: &random)
        try write(line.prefix(half), counting: 1)
        rest = line.dropFirst(half)
    }

    func finishLine() throws {
        guard !rest.isEmpty, !isToBeCut else { return }
        try write(rest, counting: 0)
        rest = ""
    }

    /// The mail server is told to open its log anew.
    func reopen() throws {
        try finishLine()
        try writer?.close()
        writer = nil
    }

    /// One step of a rotation.
    func rotate() throws {
        if isToBeCut {
            try shop.truncate(shop.log)
            try stamp(shop.log)
            isToBeCut = false
            return
        }
        guard compressing == nil, case .file = PathFacts.look(at: shop.log) else { return }
        rotations += 1
        switch way {
        case .numbered:
            try shift()
            try shop.rename(shop.log, shop.path("mail.log.1"))
        case .dated:
            let name = shop.path("mail.log-20260306-\(1000 + rotations)")
            try shop.rename(shop.log, name)
            rotated.append(name)
        case .copied:
            // Between copy and cut nothing is written: such lines are lost by nature.
            try finishLine()
            try shift()
            try FileManager.default.copyItem(atPath: shop.log.string, toPath: shop.path("mail.log.1").string)
            try stamp(shop.path("mail.log.1"))
            isToBeCut = true
        }
    }

    /// One step of a compression: first a copy that ends too early, then the whole one and the original is gone.
    func compress(_ random: inout SeededRandom) throws {
        if let path = compressing {
            try writeCompressed(path, isWhole: true)
            try shop.remove(path)
            rotated = rotated.map { $0 == path ? FilePath(path.string + ".gz") : $0 }
            compressing = nil
            return
        }
        // The newest rotated file may still be written to, unless its writer has let go of it.
        let settled = writer == nil || way == .copied ? rotated : rotated.dropLast()
        guard let path = settled.filter({ !$0.string.hasSuffix(".gz") }).randomElement(using: &random) else { return }
        try writeCompressed(path, isWhole: false)
        compressing = path
    }

    /// What was begun comes to its end.
    func finish(_ random: inout SeededRandom) throws {
        if isToBeCut { try rotate() }
        try finishLine()
        if compressing != nil { try compress(&random) }
    }

    private func shift() throws {
        rotated = try rotated.map { path in
            let number = rotations - (rotated.firstIndex(of: path) ?? 0)
            let name = "mail.log.\(number)" + (path.string.hasSuffix(".gz") ? ".gz" : "")
            try shop.rename(path, shop.path(name + ".moving"))
            return shop.path(name)
        }
        for path in rotated { try shop.rename(FilePath(path.string + ".moving"), path) }
        rotated.append(shop.path("mail.log.1"))
    }

    private func write(_ text: Substring, counting lines: Int) throws {
        let file =
            try writer
            ?? FileDescriptor.open(
                shop.log,
                .writeOnly,
                options: [.create, .append],
                permissions: [.ownerReadWrite]
            )
        writer = file
        _ = try file.writeAll(text.utf8)
        count += lines
        var times = SimulatedLog.times(clock.wall)
        guard futimens(file.rawValue, &times) == 0 else { throw Errno(rawValue: errno) }
    }

    private func writeCompressed(_ path: FilePath, isWhole: Bool) throws {
        let bytes = try OpenFile(path).readFully(at: 0, count: Int(path.stat().size))
        let target = path.string + ".gz"
        let file = gzopen(target, "wb1")
        _ = bytes.withUnsafeBytes { gzwrite(file, $0.baseAddress, UInt32($0.count)) }
        guard gzclose(file) == Z_OK else { throw Errno.ioError }
        if !isWhole { truncate(target, off_t(try FilePath(target).stat().size / 2)) }
        var times = SimulatedLog.times(WallClock.microseconds(try path.stat().st_mtim))
        utimensat(AT_FDCWD, target, &times, 0)
    }

    private func stamp(_ path: FilePath) throws {
        try shop.stamp(path, clock)
    }

    fileprivate static func times(_ wall: Int64) -> [timespec] {
        let time = timespec(tv_sec: Int(wall / 1_000_000), tv_nsec: Int(wall % 1_000_000) * 1000)
        return [time, time]
    }
}

extension Workshop {
    /// Says of a file that it was modified now, by that clock.
    func stamp(_ path: FilePath, _ clock: SimulatedClock) throws {
        var times = SimulatedLog.times(clock.wall)
        guard utimensat(AT_FDCWD, path.string, &times, 0) == 0 else { throw Errno(rawValue: errno) }
    }
}
