import Synchronization

/// Hands values from one task to another, one at a time: giving waits until the value is taken, so that the giver is
/// never more than one ahead.
final class Handoff<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case giving(Value, CheckedContinuation<Bool, Never>)
        case taking(CheckedContinuation<Value?, Never>)
        case closed
    }

    private let state = Mutex(State.empty)

    /// Waits until `value` is taken.
    ///
    /// - Returns: false if nobody will take it.
    func give(_ value: Value) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { giver in
                let taker: CheckedContinuation<Value?, Never>? = state.withLock { state in
                    switch state {
                    case .taking(let taker):
                        state = .empty
                        return taker
                    case .empty:
                        state = .giving(value, giver)
                        return nil
                    case .giving, .closed:
                        giver.resume(returning: false)
                        return nil
                    }
                }
                guard let taker else { return }
                taker.resume(returning: value)
                giver.resume(returning: true)
            }
        } onCancel: {
            close()
        }
    }

    /// Waits for a value; nil when there will be none.
    func take() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { taker in
                let given: (Value?, CheckedContinuation<Bool, Never>?)? = state.withLock { state in
                    switch state {
                    case .giving(let value, let giver):
                        state = .empty
                        return (value, giver)
                    case .empty:
                        state = .taking(taker)
                        return nil
                    case .taking, .closed:
                        return (nil, nil)
                    }
                }
                guard let given else { return }
                given.1?.resume(returning: true)
                taker.resume(returning: given.0)
            }
        } onCancel: {
            close()
        }
    }

    /// Nothing more is given or taken.
    func close() {
        let waiting = state.withLock { state in
            defer { state = .closed }
            return state
        }
        switch waiting {
        case .giving(_, let giver): giver.resume(returning: false)
        case .taking(let taker): taker.resume(returning: nil)
        case .empty, .closed: break
        }
    }
}
