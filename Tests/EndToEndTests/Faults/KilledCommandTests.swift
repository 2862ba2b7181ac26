import Foundation
import LogGenerator
import Testing

/// Every command that changes the database or its folders is killed at its steps; given again, it ends well. Nothing has to
/// be removed or repaired by hand in between.
@Suite(.twoAtATime)
struct KilledCommandTests {
    @Test(arguments: KilledCommand.all)
    func aCommandThatWasKilledIsGivenAgainAndEndsWell(_ command: KilledCommand) async throws {
        var (random, seed) = SeededRandom.announced(for: "kill \(command.name)")
        try await TestFolder.with { folder in
            let stage = try KilledCommand.Stage(in: folder, isUpgraded: command.words[0] == "upgrade")
            try await command.prepare(stage)
            try await command.before(stage)
            let mailmill = command.isOfTheSecond ? stage.second : stage.first
            let words = command.words.map {
                $0.replacing("FOLDER", with: folder.path).replacing("PORT", with: "\(stage.port)")
            }
            let clock = ContinuousClock()
            let begin = clock.now
            var points: [KillPoint] = []
            if let parts = command.parts {
                try await mailmill.output(words)
                points = KillPoint.parts(parts)
            } else {
                points = try await KillPoint.all(of: words, mailmill)
            }
            let duration = begin.duration(to: clock.now)
            #expect(!points.isEmpty)
            try await command.after(stage)
            let chosen = KillPointSample.of(points, &random)
            print("kill \(command.name): \(chosen.count) of \(points.count) moments")
            for point in chosen {
                try await command.before(stage)
                try await point.kill(words, mailmill, duration: duration)
                do {
                    try await command.between(stage)
                    // An upgrade that had not begun when its command was killed goes on without it.
                    let again = try await eventually("an end of `\(command.name)`", every: .milliseconds(300)) {
                        let again = try await mailmill.run(words)
                        return again.errors.contains("an upgrade is at work") ? nil : again
                    }
                    let isOver = again.errors.contains(command.isDone ?? "\0")
                    guard again.ending == .status(0) || isOver else { throw TestTrouble("again: \(again.errors)") }
                    try await command.after(stage)
                } catch {
                    Issue.record("killed at \(point), seed \(seed): \(error)")
                    // What this one left may stand in the way of all others.
                    return
                }
            }
        }
    }
}
