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

    /// `[######------------------]  25 %  12.3 MB/s  0:02:41 left  /var/log/mail.log.3.gz`
    static func text(_ progress: ImportProgress, after elapsed: Duration) -> String {
        let total = max(1, progress.totalBytes)
        let share = min(1, Double(progress.doneBytes) / Double(total))
        let full = Int(share * Double(cells))
        let bar = String(repeating: "#", count: full) + String(repeating: "-", count: cells - full)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let rate = seconds > 0 ? Double(progress.doneBytes) / seconds : 0
        var text = "[\(bar)] \(Int(share * 100)) %  \((rate / 100_000).rounded() / 10) MB/s"
        if rate > 0 {
            let left = Int((Double(total - progress.doneBytes) / rate).rounded(.up))
            let clock = [left / 3600, left / 60 % 60, left % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            text += "  \(clock.joined(separator: ":")) left"
        }
        text += "  \(progress.file)"
        if let waiting = progress.waiting { text += "  waiting: \(waiting)" }
        return text
    }
}
