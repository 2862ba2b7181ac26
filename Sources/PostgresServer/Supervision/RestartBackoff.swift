/// How long to wait before a server that died is started again: longer each time, short again after it lasted.
struct RestartBackoff: Sendable {
    static let shortest: Duration = .milliseconds(250)
    static let longest: Duration = .seconds(30)
    /// A server that ran this long had started well.
    static let goodRun: Duration = .seconds(60)

    private var current = Self.shortest

    /// - Parameter ran: how long the server ran, nil when it did not start.
    mutating func delay(after ran: Duration?) -> Duration {
        if let ran, ran >= Self.goodRun { current = Self.shortest }
        defer { current = min(current * 2, Self.longest) }
        return current
    }
}
