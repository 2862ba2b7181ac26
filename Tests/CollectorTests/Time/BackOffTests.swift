import Testing

@testable import Collector

@Suite struct BackOffTests {
    @Test func waitsDoubleUpToTheLimit() {
        let backOff = Held(BackOff(first: .milliseconds(100), limit: .seconds(10)))
        let waits = (0..<10).map { _ in backOff.next(0) }
        let expected = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]
        #expect(waits == expected.map { Duration.milliseconds($0) })
        backOff.value.succeed()
        #expect(backOff.next(0) == .milliseconds(100))
    }

    @Test func jitterShortensByUpToHalf() {
        let backOff = Held(BackOff(first: .milliseconds(100), limit: .seconds(10)))
        #expect(backOff.next(1) == .milliseconds(50))
        #expect(backOff.next(0.5) == .milliseconds(150))
    }

    @Test func manyFailuresDoNotOverflow() {
        let backOff = Held(BackOff())
        for _ in 0..<10_000 { _ = backOff.next(0) }
        #expect(backOff.next(0) == .seconds(10))
    }
}
