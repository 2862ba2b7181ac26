import LogGenerator
import Foundation
import Testing

/// `kill -9` of each process on the way of an event, many times, at random moments, while logs grow and are rotated.
@Suite(.twoAtATime)
struct KillTests {
    @Test func everyLineCountsOnceHoweverOftenTheCollectorIsKilled() async throws {
        let (generator, seed) = SeededRandom.announced(for: "kill the collector")
        try await TestFolder.with { folder in
            let logs = try FollowedLogs(in: folder, seed: seed)
            let mailmill = try Installation(in: folder, collect: logs.collect)
            try await mailmill.serveDatabase()
            let first = try mailmill.serve(["collector"])
            try await logs.areFollowed(by: mailmill)
            try await first.destroy()
            let rounds = Rounds.times(14)
            try await logs.grow(lines: 100 * rounds, rate: 70) {
                var generator = generator
                for _ in 0..<rounds {
                    let collector = try mailmill.serve(["collector"])
                    // Any moment: before it reads, while it reads, and between commits.
                    try await Task.sleep(for: .milliseconds(Int.random(in: 30...2500, using: &generator)))
                    #expect(collector.ending == nil, "the collector ended by itself: \(collector.errors.suffix(800))")
                    try await collector.destroy()
                }
            }
            try mailmill.serve(["collector"])
            try await logs.prove(mailmill)
        }
    }

    @Test func everyLineCountsOnceHoweverOftenABackendIsKilled() async throws {
        let (generator, seed) = SeededRandom.announced(for: "kill a backend")
        try await TestFolder.with { folder in
            let logs = try FollowedLogs(in: folder, seed: seed)
            let mailmill = try Installation(in: folder, collect: logs.collect)
            let database = try await mailmill.serveDatabase()
            let collector = try mailmill.serve(["collector"])
            try await logs.areFollowed(by: mailmill)
            let rounds = Rounds.times(12)
            try await logs.grow(lines: 120 * rounds, rate: 70) {
                var generator = generator
                for _ in 0..<rounds {
                    let victim = try await eventually("a server process to kill") {
                        Self.backends(mailmill).randomElement(using: &generator)
                    }
                    kill(victim, SIGKILL)
                    try await Task.sleep(for: .milliseconds(Int.random(in: 200...2500, using: &generator)))
                }
            }
            try await logs.prove(mailmill)
            #expect(database.ending == nil)
            #expect(collector.ending == nil)
        }
    }

    @Test func everyLineCountsOnceHoweverOftenThePostmasterIsKilled() async throws {
        let (generator, seed) = SeededRandom.announced(for: "kill the postmaster")
        try await TestFolder.with { folder in
            let logs = try FollowedLogs(in: folder, seed: seed)
            let mailmill = try Installation(in: folder, collect: logs.collect)
            let database = try await mailmill.serveDatabase()
            let collector = try mailmill.serve(["collector"])
            try await logs.areFollowed(by: mailmill)
            let rounds = Rounds.times(8)
            try await logs.grow(lines: 180 * rounds, rate: 70) {
                var generator = generator
                var killed: pid_t?
                for _ in 0..<rounds {
                    let last = killed
                    killed = try await eventually("a new postmaster") {
                        try mailmill.postmaster().flatMap { $0 == last ? nil : $0 }
                    }
                    if let killed { kill(killed, SIGKILL) }
                    try await Task.sleep(for: .milliseconds(Int.random(in: 500...4000, using: &generator)))
                }
            }
            try await logs.prove(mailmill)
            #expect(database.ending == nil)
            #expect(collector.ending == nil)
        }
    }

    @Test func everyLineCountsOnceHoweverOftenEverythingIsKilledAtOnce() async throws {
        let (generator, seed) = SeededRandom.announced(for: "kill everything")
        try await TestFolder.with { folder in
            let logs = try FollowedLogs(in: folder, seed: seed)
            let mailmill = try Installation(in: folder, collect: logs.collect)
            var serve = try mailmill.serve()
            try await logs.areFollowed(by: mailmill)
            try await serve.destroy()
            let rounds = Rounds.times(6)
            try await logs.grow(lines: 220 * rounds, rate: 70) {
                var generator = generator
                for _ in 0..<rounds {
                    let serve = try mailmill.serve()
                    try await Task.sleep(for: .milliseconds(Int.random(in: 500...5000, using: &generator)))
                    #expect(serve.ending == nil, "serve ended by itself: \(serve.errors.suffix(800))")
                    // As when the power goes: the server that it started, too.
                    let server = try mailmill.postmaster()
                    try await serve.destroy()
                    if let server, Bool.random(using: &generator) { kill(server, SIGKILL) }
                }
            }
            serve = try mailmill.serve()
            try await mailmill.waitUntilAnswering()
            try await logs.prove(mailmill)
            #expect(serve.ending == nil)
        }
    }

    @Test func aServeKilledWhileItMakesTheDatabaseIsFollowedByOneThatSucceeds() async throws {
        var (generator, _) = SeededRandom.announced(for: "kill the making of the database")
        try await TestFolder.with { folder in
            let mailmill = try Installation(in: folder, collect: [])
            for _ in 0..<Rounds.times(4) {
                let serve = try mailmill.serve()
                try await Task.sleep(for: .milliseconds(Int.random(in: 50...1200, using: &generator)))
                #expect(serve.ending == nil, "serve ended by itself: \(serve.errors.suffix(800))")
                try await serve.destroy()
            }
            let serve = try mailmill.serve()
            try await mailmill.waitUntilAnswering()
            #expect(serve.ending == nil)
            // Nothing half made is left beside it.
            let names = try FileManager.default.contentsOfDirectory(atPath: mailmill.directory).sorted()
            let known: Set = [
                "backup", "ballast", "cluster", "collector", "credentials", "file-system-overrides", "run",
            ]
            #expect(known.isSuperset(of: names), "\(names)")
        }
    }

    /// Processes of the server that serve Mailmill's own connections.
    private static func backends(_ mailmill: Installation) -> [pid_t] {
        ProcessTable.entries(inside: mailmill.directory).map(\.pid).filter { pid in
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            return String(decoding: line, as: UTF8.self).firstRange(of: "mailmill_") != nil
        }
    }
}
