import MailEvents

extension LogFormat {
    /// Whole lines that tell a file of the format from every other: more than one where the first names the columns.
    private var linesToTellApart: Int { self == .powermta ? 2 : 1 }

    /// Whether a log's first bytes tell it from every other: its first line of data is whole. Half a line does not, as
    /// half a stamp begins every log of the day, and a line of titles begins every file of its format.
    func isDistinct(head: [UInt8]) -> Bool {
        head.count >= ReadingPlace.window || head.count { $0 == 0x0A } >= linesToTellApart
    }
}
