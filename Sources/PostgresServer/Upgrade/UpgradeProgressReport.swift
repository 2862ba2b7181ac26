internal import FoundationEssentials
internal import SystemPackage

/// Tells every few seconds how much of the new cluster is there, and how long the rest will take.
struct UpgradeProgressReport: Sendable {
    let work: UpgradeWork
    let journal: UpgradeJournal

    func run() async {
        while !Task.isCancelled {
            // Cancelled: the loop's condition ends it.
            try? await Task.sleep(for: .seconds(5))
            guard !Task.isCancelled else { return }
            let progress = UpgradeProgress(journal, folder: work.folder)
            work.say("\(progress)")
        }
    }
}

/// How far the copying is, judged by the disk that the new cluster takes.
package struct UpgradeProgress: Sendable, Equatable, CustomStringConvertible {
    /// 0 to 1.
    package let share: Double
    /// nil until enough is done to tell.
    package let secondsLeft: Int?

    init(done: Int64, expected: Int64, seconds: Double) {
        share = min(0.99, Double(done) / Double(max(expected, 1)))
        secondsLeft = share > 0.02 && seconds > 2 ? Int(seconds * (1 - share) / share) : nil
    }

    init(_ journal: UpgradeJournal, folder: UpgradeFolder) {
        self.init(
            done: FileTree.diskUse(of: folder.other.appending("base")).bytes,
            expected: journal.expectedBytes,
            seconds: WallClock.now().timeIntervalSince(journal.stepStartedAt)
        )
    }

    package var description: String {
        "\(Int(share * 100)) % of the new cluster is there" + (secondsLeft.map { ", about \($0) s left" } ?? "")
    }
}
