/// A setting that is one value: its path in the file, what it may be, and what it is when nobody sets it. The
/// reference (`docs/reference/settings.md`) is generated from these.
struct SettingKey: Sendable {
    enum Kind: String, Sendable {
        case text = "text"
        case path = "path"
        case whole = "whole number"
        case flag = "true or false"
        case list = "list of texts"
        case duration = "duration (200ms, 30s, 10m, 72h, 14d)"
        case bytes = "size (64MiB, 2GiB, 100MB)"
        case address = "address and port (127.0.0.1:8025, [::1]:8025)"
    }

    /// As in the file, with dots: `database.directory`.
    var path: String
    var kind: Kind
    /// As it would stand in the file; empty: not set.
    var standard: String
    var summary: String

    init(_ path: String, _ kind: Kind, _ standard: String, _ summary: String) {
        self.path = path
        self.kind = kind
        self.standard = standard
        self.summary = summary
    }

    /// The environment variable that sets it: `MAILMILL_DATABASE_DIRECTORY`.
    var variable: String {
        "MAILMILL_" + path.uppercased().replacing(".", with: "_")
    }
}
