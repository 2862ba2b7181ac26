/// When a batch is closed: whichever comes first.
package struct BatchLimits: Sendable, Equatable {
    /// Events and lines for quarantine.
    package var rows = 10_000
    /// Bytes of the log.
    package var bytes: Int64 = 4 << 20
    /// Since its first line.
    package var age: Duration = .milliseconds(200)

    package init() {}
}
