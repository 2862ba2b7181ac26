/// Waits until a condition holds, and throws if it does not in time. For what other processes do in their own time.
package func eventually(
    _ what: String,
    within limit: Duration = .seconds(20),
    isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw ScratchError.neverTrue(what) }
        try await Task.sleep(for: .milliseconds(5))
    }
}
