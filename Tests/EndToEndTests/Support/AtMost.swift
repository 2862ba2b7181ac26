import Testing

/// Lets only so many end-to-end tests run at a time: each has servers of its own, and the machine two cores.
struct AtMost: TestTrait, SuiteTrait, TestScoping {
    private static let places = Places(2)

    let isRecursive = true

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing body: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await body() }
        await Self.places.take()
        do {
            try await body()
        } catch {
            await Self.places.give()
            throw error
        }
        await Self.places.give()
    }

    private actor Places {
        private var free: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(_ count: Int) {
            free = count
        }

        func take() async {
            guard free == 0 else {
                free -= 1
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        func give() {
            if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        }
    }
}

extension Trait where Self == AtMost {
    /// At most two of the tests that carry it run at a time.
    static var twoAtATime: AtMost { AtMost() }
}
