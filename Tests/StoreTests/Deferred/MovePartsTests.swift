import Foundation
import Store
import Testing

@testable import Store

/// The decisions of a deferred migration, without a database.
@Suite struct MovePartsTests {
    @Test func aChunkGrowsByAFifthAndShrinksAtOnce() {
        var size = ChunkSize(rows: 1000)
        size.note(moved: 1000, took: .milliseconds(10), target: .milliseconds(100))
        #expect(size.rows == 1200)
        size.note(moved: 1200, took: .milliseconds(1000), target: .milliseconds(100))
        #expect(size.rows == 600)
        size.note(moved: 600, took: .milliseconds(100), target: .milliseconds(100))
        #expect(size.rows == 600)
    }

    @Test func theRestOfATableDoesNotMakeChunksLarger() {
        var size = ChunkSize(rows: 1000)
        size.note(moved: 10, took: .milliseconds(1), target: .milliseconds(100))
        #expect(size.rows == 1000)
    }

    @Test func aChunkThatFailsIsCutDownAndGrowsBackQuickly() {
        var size = ChunkSize(rows: 10_000)
        var cuts = 0
        while !size.isSmallest {
            size.noteFailure()
            cuts += 1
        }
        #expect(cuts == 4)
        for _ in 0..<4 { size.note(moved: Int64(size.rows), took: .seconds(1), target: .milliseconds(1)) }
        #expect(size.rows == 10_000)
    }

    @Test(arguments: [
        ("22:00-06:00", "23:59", true), ("22:00-06:00", "05:59", true), ("22:00-06:00", "06:00", false),
        ("22:00-06:00", "12:00", false), ("08:30-09:00", "08:30", true), ("08:30-09:00", "09:00", false),
    ])
    func aWindowHoldsItsHours(text: String, time: String, isIn: Bool) throws {
        let window = try #require(MoveWindow(text))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let at = try Date("2026-11-28T\(time):00Z", strategy: .iso8601)
        #expect(window.contains(at, in: calendar) == isIn)
        #expect(window.description == text)
    }

    @Test(arguments: ["", "22:00", "22-06", "24:00-01:00", "1:00-2:00", "01:00-01:00", "01:60-02:00", "a-b"])
    func whatIsNoWindowIsRefused(text: String) {
        #expect(MoveWindow(text) == nil)
    }

    private static let quiet = MoveLoad(now: Date(timeIntervalSince1970: 1_800_000_000))

    private static func load(_ change: (inout MoveLoad) -> Void) -> MoveLoad {
        var load = quiet
        change(&load)
        return load
    }

    @Test(arguments: [
        (load { $0.gate = "full" }, "ingest"), (load { $0.oldestIngest = 1.2 }, "ingest"),
        (load { $0.isArchivingFailing = true }, "archive"), (load { $0.archiveBacklog = 9 }, "archive"),
        (load { $0.replicationLag = 65 << 20 }, "replication"), (load { $0.isVacuumed = true }, "vacuum"),
        (load { $0.disk = DiskRoom(free: 149, reserve: 50) }, "disk"),
    ])
    func eachReasonHoldsTheMoveAndIsTold(load: MoveLoad, reason: String) {
        var throttle = MoveThrottle()
        #expect(throttle.judge(Self.quiet, extraBytes: 100) == nil)
        #expect(throttle.judge(load, extraBytes: 100)?.hasPrefix(reason + ":") == true)
        #expect(throttle.judge(Self.quiet, extraBytes: 100) == nil)
    }

    @Test func whatIsWithinTheLimitsHoldsNothing() {
        var throttle = MoveThrottle()
        let load = Self.load { load in
            (load.oldestIngest, load.archiveBacklog, load.replicationLag) = (0.9, 8, 64 << 20)
            (load.isIngesting, load.disk) = (true, DiskRoom(free: 150, reserve: 50))
        }
        #expect(throttle.judge(load, extraBytes: 100) == nil)
    }

    @Test func checkpointsThatComeTooOftenHoldItBesideIngestOnly() {
        var throttle = MoveThrottle()
        func after(_ seconds: Double, _ checkpoints: Int64, isIngesting: Bool = true) -> MoveLoad {
            Self.load { load in
                load.now += seconds
                (load.checkpoints, load.isIngesting) = (checkpoints, isIngesting)
            }
        }
        #expect(throttle.judge(after(0, 5), extraBytes: 0) == nil)
        #expect(throttle.judge(after(1, 6), extraBytes: 0) == nil)
        #expect(throttle.judge(after(11, 7), extraBytes: 0)?.hasPrefix("checkpoints:") == true)
        #expect(throttle.judge(after(12, 7, isIngesting: false), extraBytes: 0) == nil)
        #expect(throttle.judge(after(42, 7), extraBytes: 0) == nil)
    }

    @Test func outsideOfItsHoursNothingIsMoved() throws {
        let window = try #require(MoveWindow("00:00-00:01"))
        var throttle = MoveThrottle(window: window)
        let reason = throttle.judge(Self.load { $0.now = .distantPast + 43_200 }, extraBytes: 0)
        #expect(reason == nil || reason?.hasPrefix("window:") == true)
        var midday = Calendar.current.startOfDay(for: Self.quiet.now)
        midday += 43_200
        #expect(throttle.judge(Self.load { $0.now = midday }, extraBytes: 0)?.hasPrefix("window:") == true)
    }

    @Test func whatIsLeftLiesBetweenTheBestAndTheWorst() throws {
        let progress = MoveProgress(
            rowsTotal: 1_000_000,
            rowsMoved: 400_000,
            rowsQuarantined: 100,
            recentRows: 100_000,
            recentMilliseconds: 2000,
            fastest: 120_000,
            slowest: 40_000
        )
        #expect(progress.rowsLeft == 599_900)
        #expect(progress.rate == 50_000)
        let left = try #require(progress.secondsLeft)
        #expect(left == 599_900.0 / 50_000)
        #expect(try #require(progress.secondsLeftAtBest) < left)
        #expect(try #require(progress.secondsLeftAtWorst) > left)
        let unknown = MoveProgress(rowsTotal: nil, rowsMoved: 0)
        #expect(unknown.secondsLeft == nil && unknown.share == nil && unknown.rate == nil)
        #expect(MoveProgress(rowsTotal: 0, rowsMoved: 0).share == 1)
    }

    @Test func aLimitIsKeptByResting() {
        #expect(MovePace.rest(moved: 100, took: .milliseconds(10), limit: nil, isIngesting: false) == .zero)
        #expect(
            MovePace.rest(moved: 100, took: .milliseconds(10), limit: 1000, isIngesting: false) == .milliseconds(90)
        )
        #expect(MovePace.rest(moved: 100, took: .milliseconds(200), limit: 1000, isIngesting: false) == .zero)
        #expect(MovePace.rest(moved: 100, took: .milliseconds(10), limit: nil, isIngesting: true) > .zero)
    }
}
