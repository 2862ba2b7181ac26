import Synchronization

/// A value that several tasks change.
package final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    package init(_ value: Value) {
        state = Mutex(value)
    }

    package var value: Value { state.withLock { $0 } }

    package func change(_ body: (inout Value) -> Void) {
        state.withLock { value in
            // `Mutex` wants what it holds to stay apart from what the caller has.
            var copy = value
            body(&copy)
            value = copy
        }
    }
}
