/// How long an import waits between two batches, so that what is collected live has the database first. Pure.
package struct ImportPace: Sendable {
    /// A batch that takes longer than this many times the usual time meets others at work.
    private static let slowdown = 4.0
    private static let shortest = Duration.milliseconds(200)
    private static let longest = Duration.seconds(10)

    /// The time that a batch takes when the database has nothing else to do: the least, which is forgotten slowly.
    private var usual: Duration?
    private let isFull: Bool

    /// - Parameter isFull: never wait.
    package init(isFull: Bool = false) {
        self.isFull = isFull
    }

    /// A pause, and why it is longer than usual, if it is.
    package struct Pause: Sendable, Equatable {
        package var duration: Duration
        package var reason: String?
    }

    /// - Parameter commit: how long the last batch took.
    package mutating func pause(after commit: Duration) -> Pause {
        let usual = min(self.usual.map { $0 * 1.02 } ?? commit, commit)
        self.usual = usual
        guard !isFull else { return Pause(duration: .zero, reason: nil) }
        guard commit > ImportPace.shortest, commit > usual * ImportPace.slowdown else {
            // Half of the time at most.
            return Pause(duration: min(commit, ImportPace.longest), reason: nil)
        }
        let tenths = commit.components.seconds * 10 + commit.components.attoseconds / 100_000_000_000_000_000
        return Pause(
            duration: min(commit * ImportPace.slowdown, ImportPace.longest),
            reason: "the database takes \(tenths / 10).\(tenths % 10) s a batch: live collection goes first"
        )
    }
}
