/// How rows are moved in the background.
package struct MoveSettings: Sendable {
    /// When rows may be moved; nil: at any time.
    package var window: MoveWindow?
    package var limits: MoveThrottle.Limits
    /// Measures the database's disk, where this host has it.
    package var disk: @Sendable () -> DiskRoom?

    package init(
        window: MoveWindow? = nil,
        limits: MoveThrottle.Limits = .init(),
        disk: @escaping @Sendable () -> DiskRoom? = { nil }
    ) {
        self.window = window
        self.limits = limits
        self.disk = disk
    }
}
