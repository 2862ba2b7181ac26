package import FoundationEssentials
internal import SystemPackage

/// What the upgrade's folder tells of it, on disk through every step.
package struct UpgradeJournal: Sendable, Codable, Equatable {
    package var step: UpgradeStep
    package let from: ServerVersion
    package let to: ServerVersion
    /// Folder of the new version's programs.
    let newBinaries: String
    /// nil until the rehearsal has told.
    package var method: UpgradeMethod?
    /// Whether the server ran when it began, and is to run when it ends.
    var wasRunning: Bool
    var starter: ServerStarter
    package let startedAt: Date
    package var stepStartedAt: Date
    /// When the clusters changed places the last time.
    package var switchedAt: Date?
    /// Seconds in which no events were taken.
    package var waitedSeconds: Double?
    /// Bytes that the new cluster will have, about.
    package var expectedBytes: Int64
    /// Why it failed; empty otherwise.
    package var reason: String
}

extension UpgradeJournal {
    /// - Returns: nil when no upgrade was ever begun, or its folder was removed.
    static func read(_ folder: UpgradeFolder) throws -> UpgradeJournal? {
        guard let text = try SmallFile.read(folder.journal) else { return nil }
        do {
            return try JSONDecoder().decode(UpgradeJournal.self, from: Data(text.utf8))
        } catch {
            throw PostgresServerError.upgradeJournalUnreadable(path: folder.journal)
        }
    }

    /// Durable when it returns.
    func write(_ folder: UpgradeFolder) throws {
        let text = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
        try SmallFile.replace(folder.journal, with: text, permissions: .ownerReadWrite)
    }
}
