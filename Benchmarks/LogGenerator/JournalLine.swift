/// Writes a line of `journalctl -o json` for a message that came by `/dev/log`.
enum JournalLine {
    /// - Parameter program: `postfix/smtp[2211]`.
    static func text(time: Int64, host: String, program: String, message: String) -> String {
        let parts = program.split(separator: "[")
        let pid = parts.count > 1 ? parts[1].dropLast() : "1"
        let fields: [(String, String)] = [
            ("SYSLOG_TIMESTAMP", "\(LogStamp.traditional(time)) "),
            ("_TRANSPORT", "syslog"),
            ("__MONOTONIC_TIMESTAMP", "\(time % 1_000_000_000_000)"),
            ("_SYSTEMD_CGROUP", "/system.slice/system-postfix.slice/postfix@-.service"),
            ("_MACHINE_ID", "0b6c1f2e00004000800000163e112233"),
            ("_HOSTNAME", host),
            ("PRIORITY", "6"),
            ("_UID", "106"),
            ("_GID", "113"),
            ("_PID", String(pid)),
            ("_COMM", "smtp"),
            ("_EXE", "/usr/lib/postfix/sbin/smtp"),
            ("_CMDLINE", "smtp -t unix -u -c"),
            ("_CAP_EFFECTIVE", "0"),
            ("_SYSTEMD_UNIT", "postfix@-.service"),
            ("_SYSTEMD_SLICE", "system-postfix.slice"),
            ("_SYSTEMD_INVOCATION_ID", "9bcd689e23d941b7a01563a1382f8b57"),
            ("_BOOT_ID", "5f0c1b7ab9d211f09f3a00163e112233"),
            ("SYSLOG_FACILITY", "2"),
            ("SYSLOG_IDENTIFIER", String(parts[0])),
            ("SYSLOG_PID", String(pid)),
            ("MESSAGE", escaped(message)),
            ("__REALTIME_TIMESTAMP", "\(time + 20)"),
            ("_SOURCE_REALTIME_TIMESTAMP", "\(time)"),
            ("__CURSOR", "s=2f1;i=\(time % 1_000_000);b=5f0;m=2c;t=64c;x=9e"),
        ]
        return "{" + fields.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",") + "}\n"
    }

    private static func escaped(_ message: String) -> String {
        guard message.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            return message
        }
        return message.reduce(into: "") { text, character in
            if character == "\"" || character == "\\" { text.append("\\") }
            text.append(character)
        }
    }
}
