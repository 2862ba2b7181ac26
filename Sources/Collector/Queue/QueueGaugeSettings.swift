package import SystemPackage

/// How the sizes of a Postfix queue are taken.
package struct QueueGaugeSettings: Sendable, Equatable {
    /// Postfix's `postqueue`; where it does not exist, nothing is measured.
    package var program: FilePath = "/usr/sbin/postqueue"
    /// Further arguments, as `-c` and the folder of another instance's configuration.
    package var arguments: [String] = []
    /// How often.
    package var interval: Duration = .seconds(10)
    /// A run may take this part of the time at most: where the queue is so long that listing it takes long, it is
    /// listed less often.
    package var share = 0.1

    package init() {}
}
