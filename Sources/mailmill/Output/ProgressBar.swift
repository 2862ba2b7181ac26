import Collector
import Foundation
import Synchronization

/// Shows on standard error how far an import is: a line that is written over on a terminal, else a line now and then.
final class ProgressBar: Sendable {
    private struct Content {
        var shownAt: ContinuousClock.Instant?
        var width = 0
        var waiting: String?
    }

    private static let cells = 24
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let begunAt = ContinuousClock.now
    private let content = Mutex(Content())

    func show(_ progress: ImportProgress) {
        let now = ContinuousClock.now
        let text = Self.text(progress, after: begunAt.duration(to: now))
        content.withLock { content in
            let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
            let isNews = content.waiting != progress.waiting
            if let shownAt = content.shownAt, now - shownAt < pause, !isNews { return }
            content.shownAt = now
            content.waiting = progress.waiting
            write(text, &content)
        }
    }

    /// Leaves the line.
    func end() {
        content.withLock { content in
            if isTerminal, content.width > 0 { FileHandle.standardError.write(Data("\n".utf8)) }
        }
    }

    private func write(_ text: String, _ content: inout Content) {
        guard isTerminal else { return Terminal.note(text) }
        let padding = String(repeating: " ", count: max(0, content.width - text.count))
        content.width = text.count
        FileHandle.standardError.write(Data("\r\(text)\(padding)".utf8))
    }

    /// `[######------------------]  25 %  12.3 MB/s  0:02:41 left  file 3 of 12  /var/log/mail.log.3.gz`
    static func text(_ progress: ImportProgress, after elapsed: Duration) -> String {
        let share = progress.share
        let full = Int(share * Double(cells))
        let bar = String(repeating: "#", count: full) + String(repeating: "-", count: cells - full)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        var text = "[\(bar)] \(Int(share * 100)) %"
        if let rate = progress.rate(after: seconds) { text += "  \((rate / 100_000).rounded() / 10) MB/s" }
        if let left = progress.timeLeft(after: seconds) { text += "  \(left) left" }
        if progress.files > 1 { text += "  file \(min(progress.filesDone + 1, progress.files)) of \(progress.files)" }
        text += "  \(progress.file)"
        if let waiting = progress.waiting { text += "  waiting: \(waiting)" }
        return text
    }
}

extension ImportProgress {
    /// Of all bytes, 0 to 1.
    var share: Double { min(1, Double(doneBytes) / Double(max(1, totalBytes))) }

    /// Bytes on the disk a second that were read and counted; those that were counted before were only passed over. Nil
    /// before any were.
    ///
    /// - Parameter seconds: since it began.
    func rate(after seconds: Double) -> Double? {
        let bytes = Double(doneBytes - passedBytes)
        return seconds > 0 && bytes > 0 ? bytes / seconds : nil
    }

    /// `hh:mm:ss` at the rate until now; nil before there is one.
    func timeLeft(after seconds: Double) -> String? {
        guard let rate = rate(after: seconds) else { return nil }
        let left = Int((Double(max(0, totalBytes - doneBytes)) / rate).rounded(.up))
        return [left / 3600, left / 60 % 60, left % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
