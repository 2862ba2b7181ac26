/// What an upgrade's own process is to do. It is a launcher: it works as the account, in a session of its own, and goes
/// on to the end when the terminal that began it is closed.
struct UpgradeOrder: Sendable, Codable {
    enum Verb: Sendable, Codable {
        case run(to: ServerBinaries, method: UpgradeMethod?)
        case rollBack
        /// Removes the other cluster.
        case finish
        /// Ends what a killed upgrade left under way. `starts`: the server as well, if it ran.
        case settle(starts: Bool)
    }

    let verb: Verb
    /// Of `LauncherCommand`, for the launchers that start the server.
    let launcherArguments: [String]
}
