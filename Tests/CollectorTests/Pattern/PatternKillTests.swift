import CollectorFixtures
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Collector

/// The real process is killed at random moments, while segments are written, flushed, sealed and cut.
@Suite(.serialized) struct PatternKillTests {
    @Test(arguments: [UInt64(1), 2])
    func everyLineIsCountedOnceHoweverOftenTheCollectorIsKilled(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let shop = try Workshop()
        let folder = shop.path("segments")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        let journal = JournalFile(shop.path("journal"))
        var next = 0
        var number = 0
        var segment = try OpenSegment(folder.appending("0"))
        let away = FilePath(journal.path.string + ".away")
        for round in 0..<12 {
            if round % 4 == 1 { try shop.append("", to: away) }
            if round % 4 == 3 { try shop.remove(away) }
            let process = try start(shop, folder, journal)
            let end = ContinuousClock.now + .milliseconds(Int.random(in: 5...250, using: &random))
            while ContinuousClock.now < end {
                let count = Int.random(in: 1...100, using: &random)
                try segment.write(LogLine.text(next..<next + count))
                next += count
                // The pace of the load, not a wait for anything.
                try await Task.sleep(for: .milliseconds(3))
                guard Int.random(in: 0..<6, using: &random) == 0 else { continue }
                if Bool.random(using: &random) { try segment.seal() } else { try segment.abandon() }
                number += 1
                segment = try OpenSegment(folder.appending("\(number)"))
            }
            #expect(Glibc.kill(process.processIdentifier, SIGKILL) == 0)
            process.waitUntilExit()
        }
        let process = try start(shop, folder, journal)
        defer {
            _ = Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let total = next
        var size: Int64 = 0
        try await eventually("all \(total) lines are counted") {
            let now = try journal.path.stat().size
            guard now != size else { return false }
            size = now
            return try journal.count().messages.count == total
        }
        let (messages, unread) = try journal.count()
        #expect(messages.values.count { $0 != 1 } == 0, "of \(total) lines in \(number + 1) segments")
        #expect(unread == 0)
    }

    private func start(_ shop: Workshop, _ folder: FilePath, _ journal: JournalFile) throws -> Process {
        let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        process.executableURL = build.appendingPathComponent("collector-probe")
        process.arguments = ["pattern", folder.appending("*").string, shop.spool.string, journal.path.string]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }
}
