import Foundation

/// A systemd journal of the test's own: real journal files, written by systemd-journal-remote as entries arrive.
final class JournalWriter: Sendable {
    private static let executable = "/lib/systemd/systemd-journal-remote"

    /// The folder that holds it.
    let path: String
    private let program: Program
    private let pipe: Int32

    init(in folder: TestFolder) throws {
        path = try folder.folder("journal")
        let fifo = "\(folder.path)/journal-export"
        guard mkfifo(fifo, 0o600) == 0 else { throw TestTrouble("mkfifo \(fifo)") }
        // Open at both ends, so that nobody waits for the other.
        pipe = open(fifo, O_RDWR | O_CLOEXEC)
        guard pipe >= 0 else { throw TestTrouble("open \(fifo): \(String(cString: strerror(errno)))") }
        program = try Program(Self.executable, ["--output=\(path)/remote.journal", "-"], in: folder, input: fifo)
    }

    deinit {
        close(pipe)
    }

    /// Writes a line of a syslog as an entry, in the journal's export format.
    ///
    /// - Parameter line: `STAMP HOST IDENTIFIER[PID]: MESSAGE`, with a stamp of one word.
    func write(_ line: String, at time: Date = Date()) throws {
        if let ending = program.ending { throw TestFailure("systemd-journal-remote: \(ending) \(program.errors)") }
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard words.count == 4 else { throw TestTrouble("not a line of a syslog: \(line)") }
        let tag = words[2].split(whereSeparator: { "[]:".contains($0) }).map(String.init)
        let isMail = tag[0].hasPrefix("postfix")
        let entry = """
            __REALTIME_TIMESTAMP=\(Int(time.timeIntervalSince1970 * 1_000_000))
            __MONOTONIC_TIMESTAMP=\(DispatchTime.now().uptimeNanoseconds / 1000)
            _BOOT_ID=0123456789abcdef0123456789abcdef
            _HOSTNAME=\(words[1])
            PRIORITY=6
            SYSLOG_FACILITY=\(isMail ? 2 : 9)
            SYSLOG_IDENTIFIER=\(tag[0])
            _PID=\(tag[1])
            MESSAGE=\(words[3])


            """
        let bytes = Array(entry.utf8)
        guard Glibc.write(pipe, bytes, bytes.count) == bytes.count else {
            throw TestTrouble("the journal takes nothing")
        }
    }
}
