import Foundation

/// Waits until `value` is there, by asking again and again.
///
/// - Throws: `TestTrouble` after the deadline, with the last error if `value` threw one.
func eventually<T: Sendable>(
    _ what: String,
    within limit: Duration = .seconds(90),
    every pause: Duration = .milliseconds(50),
    _ value: () async throws -> T?
) async throws -> T {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        let last: String
        do {
            if let value = try await value() { return value }
            last = ""
        } catch let error as TestTrouble {
            last = "; last: \(error)"
        }
        guard clock.now < deadline else { throw TestTrouble("not within \(limit): \(what)\(last)") }
        try await clock.sleep(for: pause)
    }
}

/// Waits until a condition holds.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(90),
    every pause: Duration = .milliseconds(50),
    holds condition: () async throws -> Bool
) async throws {
    _ = try await eventually(what, within: limit, every: pause) { try await condition() ? true : nil }
}
