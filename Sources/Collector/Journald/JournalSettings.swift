package import MailEvents
package import SystemPackage

/// A journal that is followed, of this machine or of a folder.
package struct JournalSettings: Sendable, Equatable {
    /// `journalctl` of systemd 246 or later.
    package var program: FilePath = "/usr/bin/journalctl"
    /// A folder of journal files, for another machine's; nil for this machine's own.
    package var folder: FilePath?
    /// Which entries: arguments of `journalctl`, as `SYSLOG_FACILITY=2` (mail, RFC 5424 section 6.2.1) or
    /// `-u`, `postfix*`.
    package var matches = ["SYSLOG_FACILITY=2"]
    /// Where to begin when the source is opened for the first time, as `journalctl --since` takes it; nil for the
    /// oldest entry.
    package var since: String?
    package var format: LogFormat
    /// The zone of stamps that carry none.
    package var zone: LocalZone = .utc
    package var limits = BatchLimits()

    package init(format: LogFormat) {
        self.format = format
    }

    /// Arguments to follow from the entry at `cursor` on, that one included: whether it is still there tells whether
    /// entries behind it are gone.
    func arguments(from cursor: String) -> [String] {
        var arguments = ["--output=json", "--all", "--quiet", "--follow", "--no-tail", "--no-pager"]
        arguments.append("--output-fields=MESSAGE,SYSLOG_IDENTIFIER,_SOURCE_REALTIME_TIMESTAMP,_HOSTNAME,_PID")
        if let folder { arguments.append("--directory=\(folder.string)") }
        if !cursor.isEmpty {
            arguments.append("--cursor=\(cursor)")
        } else if let since {
            arguments.append("--since=\(since)")
        }
        return arguments + matches
    }
}
