import Foundation
import MailEvents

/// Finds the mail log that this machine has.
struct LogDetection {
    /// What was found, and how that is known: told to the person.
    struct Finding: Equatable {
        var source: Settings.Source
        var because: String
    }

    /// Where paths begin: `/`, or a test's folder.
    var root = "/"
    var node: String

    /// Bytes at the end of a log that are searched for lines of its server.
    private static let searched: UInt64 = 256 << 10

    /// The first that is there: Momentum, Postfix's log file, Postfix in the journal; else the bundled samples.
    func find() -> Finding {
        momentum() ?? postfixFile() ?? postfixJournal()
            ?? Finding(
                source: Settings.Source(format: .postfix, input: .samples, node: "sample"),
                because: "no mail log of Postfix or Momentum was found"
            )
    }

    private func momentum() -> Finding? {
        let path = "/var/log/ecelerity/mainlog.ec"
        guard isReadable(path) else { return nil }
        return Finding(
            source: Settings.Source(format: .momentumMainlog, input: .file(path), node: node),
            because: "\(path) is Momentum's main log"
        )
    }

    private func postfixFile() -> Finding? {
        for path in ["/var/log/mail.log", "/var/log/maillog", "/var/log/postfix.log"] where isReadable(path) {
            guard holds("postfix", path) else { continue }
            return Finding(
                source: Settings.Source(format: .postfix, input: .file(path), node: node),
                because: "\(path) holds lines of Postfix"
            )
        }
        return nil
    }

    private func postfixJournal() -> Finding? {
        let hasPostfix = exists("/usr/sbin/postfix")
        let hasJournal =
            exists("/run/systemd/journal/socket") && (exists("/usr/bin/journalctl") || exists("/bin/journalctl"))
        guard hasPostfix, hasJournal else { return nil }
        return Finding(
            source: Settings.Source(format: .postfix, input: .journald(directory: nil), node: node),
            because: "Postfix is installed and logs to the journal"
        )
    }

    // MARK: - Files

    private func full(_ path: String) -> String { root == "/" ? path : root + path }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: full(path)) }

    private func isReadable(_ path: String) -> Bool { FileManager.default.isReadableFile(atPath: full(path)) }

    private func holds(_ word: String, _ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: full(path)) else { return false }
        do {
            let end = try handle.seekToEnd()
            try handle.seek(toOffset: end > Self.searched ? end - Self.searched : 0)
            let text = try handle.readToEnd() ?? Data()
            return text.range(of: Data(word.utf8)) != nil
        } catch {
            return false
        }
    }
}
