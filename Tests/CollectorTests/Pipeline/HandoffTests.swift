import Testing

@testable import Collector

@Suite struct HandoffTests {
    @Test func valuesArriveInOrderAndTheGiverIsNeverFarAhead() async {
        let handoff = Handoff<Int>()
        async let given: [Bool] = {
            var given: [Bool] = []
            for value in 0..<100 { given.append(await handoff.give(value)) }
            handoff.close()
            return given
        }()
        var taken: [Int] = []
        while let value = await handoff.take() { taken.append(value) }
        #expect(taken == Array(0..<100))
        #expect(await given.allSatisfy { $0 })
    }

    @Test func aGiverLearnsThatNobodyTakes() async {
        let handoff = Handoff<Int>()
        async let isTaken = handoff.give(1)
        handoff.close()
        #expect(await !isTaken)
        #expect(await handoff.take() == nil)
    }

    @Test func aCancelledTakerComesBack() async {
        let handoff = Handoff<Int>()
        let taker = Task { await handoff.take() }
        taker.cancel()
        #expect(await taker.value == nil)
        #expect(await !handoff.give(1))
    }
}
