import Foundation
import Testing

@testable import Accounts

@Suite struct SignInThrottleTests {
    /// A clock that only this test moves.
    private struct Clock {
        var now = Date(timeIntervalSince1970: 1_800_000_000)

        mutating func advance(by seconds: TimeInterval) {
            now += seconds
        }
    }

    @Test func fourFailuresCostNothing() {
        let clock = Clock()
        var throttle = SignInThrottle()
        for _ in 0..<4 {
            throttle.recordFailure(at: clock.now)
            #expect(throttle.decision(at: clock.now) == .allowed)
        }
    }

    @Test func delayBeginsAtTheFifthAndDoublesUpToFifteenMinutes() {
        var clock = Clock()
        var throttle = SignInThrottle()
        for _ in 0..<4 { throttle.recordFailure(at: clock.now) }
        for seconds in [30, 60, 120, 240, 480, 900, 900, 900] {
            throttle.recordFailure(at: clock.now)
            let until = clock.now + TimeInterval(seconds)
            #expect(throttle.decision(at: clock.now) == .wait(until: until))
            #expect(throttle.decision(at: until - 1) == .wait(until: until))
            clock.advance(by: TimeInterval(seconds))
            #expect(throttle.decision(at: clock.now) == .allowed)
        }
    }

    @Test func successResets() {
        let clock = Clock()
        var throttle = SignInThrottle()
        for _ in 0..<7 { throttle.recordFailure(at: clock.now) }
        throttle.recordSuccess()
        #expect(throttle.failures == 0)
        #expect(throttle.decision(at: clock.now) == .allowed)
    }

    @Test func failuresFarApartAreNotARow() {
        var clock = Clock()
        var throttle = SignInThrottle()
        for _ in 0..<20 {
            throttle.recordFailure(at: clock.now)
            #expect(throttle.decision(at: clock.now) == .allowed)
            clock.advance(by: 15 * 60 + 1)
        }
        #expect(throttle.failures == 1)
    }

    @Test func waitingOutALongDelayDoesNotForgetTheRow() {
        var clock = Clock()
        var throttle = SignInThrottle()
        for _ in 0..<10 { throttle.recordFailure(at: clock.now) }
        clock.advance(by: 15 * 60)
        throttle.recordFailure(at: clock.now)
        #expect(throttle.decision(at: clock.now) == .wait(until: clock.now + 900))
    }

    @Test func quietAfterTheDelayForgetsTheRow() {
        var clock = Clock()
        var throttle = SignInThrottle()
        for _ in 0..<10 { throttle.recordFailure(at: clock.now) }
        clock.advance(by: 30 * 60 + 1)
        throttle.recordFailure(at: clock.now)
        #expect(throttle.failures == 1)
    }

    @Test func stateIsTheFoldOfItsFailuresInAnyOrder() {
        let clock = Clock()
        let times = (0..<9).map { clock.now + TimeInterval($0 * 3) }
        let folded = SignInThrottle(failures: times.shuffled())
        var stepped = SignInThrottle()
        for time in times { stepped.recordFailure(at: time) }
        #expect(folded == stepped)
    }

    @Test func guessingForADayIsFewerThanAHundredAndTwentyTries() {
        var clock = Clock()
        let end = clock.now + 86_400
        var throttle = SignInThrottle()
        var tries = 0
        while clock.now < end {
            switch throttle.decision(at: clock.now) {
            case .allowed:
                tries += 1
                throttle.recordFailure(at: clock.now)
            case .wait(let until):
                clock.now = until
            }
        }
        #expect(tries < 120)
    }
}
