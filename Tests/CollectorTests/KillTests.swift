import CollectorFixtures
import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Collector

/// The real process is killed at random moments, while a log is written and rotated.
@Suite(.serialized) struct KillTests {
    static let rounds = 40

    /// Where the build has put the program.
    var probe: URL {
        get throws {
            let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            let program = build.appendingPathComponent("collector-probe")
            try #require(FileManager.default.isExecutableFile(atPath: program.path), "\(program.path) is not built")
            return program
        }
    }

    @Test(arguments: ["rename", "copytruncate"], [UInt64(1), 2])
    func everyLineIsCountedOnceHoweverOftenTheCollectorIsKilled(way: String, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let shop = try Workshop()
        let journal = JournalFile(shop.path("journal"))
        var next = 0
        var rotations = 0
        try shop.append(0..<1)
        next = 1
        for round in 0..<KillTests.rounds {
            let process = try start(shop, journal)
            // What is rotated before the source was opened for the first time is history.
            if round == 0 {
                try await eventually("it is followed") { try journal.count().messages.count == 1 }
            }
            let lifetime = Duration.milliseconds(Int.random(in: 5...250, using: &random))
            let end = ContinuousClock.now + lifetime
            while ContinuousClock.now < end {
                let count = Int.random(in: 1...100, using: &random)
                try shop.append(next..<next + count)
                next += count
                // The pace of the load, not a wait for anything.
                try await Task.sleep(for: .milliseconds(3))
                guard Int.random(in: 0..<6, using: &random) == 0 else { continue }
                rotations += 1
                try rotate(shop, way, to: rotations)
            }
            #expect(Glibc.kill(process.processIdentifier, SIGKILL) == 0)
            process.waitUntilExit()
        }
        let process = try start(shop, journal)
        defer {
            _ = Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try shop.append(next..<next + 1)
        next += 1
        let total = next
        var size: Int64 = 0
        try await eventually("all \(total) lines are counted") {
            let now = try journal.path.stat().size
            guard now != size else { return false }
            size = now
            return try journal.count().messages.count == total
        }
        let (messages, unread) = try journal.count()
        let missing = (0..<total).filter { messages[LogLine.id($0)] == nil }
        let doubled = messages.values.count { $0 != 1 }
        #expect(missing.count == 0, "of \(total) lines, from \(missing.first ?? -1)")
        #expect(doubled == 0, "of \(total) lines")
        #expect(unread == 0)
    }

    private func start(_ shop: Workshop, _ journal: JournalFile) throws -> Process {
        let process = Process()
        process.executableURL = try probe
        process.arguments = [shop.log.string, shop.spool.string, journal.path.string]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Renames the log, or copies and cuts it, and keeps all copies, some of them compressed.
    private func rotate(_ shop: Workshop, _ way: String, to number: Int) throws {
        guard case .file = PathFacts.look(at: shop.log) else { return }
        let name = shop.path("mail.log.\(number)")
        if way == "rename" {
            try shop.rename(shop.log, name)
        } else {
            try FileManager.default.copyItem(atPath: shop.log.string, toPath: name.string)
            try shop.truncate(shop.log)
        }
        if number % 3 == 0 { try shop.run("/usr/bin/gzip", name.string) }
    }
}
