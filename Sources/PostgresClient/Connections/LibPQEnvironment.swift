internal import Glibc

/// The environment variables that libpq reads by itself, and that no keyword can overrule: `PGHOSTADDR` and `PGSERVICE`
/// lead to another server, `PGTZ` and `PGDATESTYLE` change the session (documentation of libpq, "Environment Variables").
enum LibPQEnvironment {
    /// Removes every variable that begins with `PG` from this process: what we connect to is what the settings say.
    static func clear() {
        for name in names() { unsetenv(name) }
    }

    private static func names() -> [String] {
        var entry = environ
        var names: [String] = []
        while let text = entry.pointee {
            // Most variables are not ours to look at: the first two letters decide.
            if text[0] == 0x50, text[1] == 0x47, let name = String(cString: text).split(separator: "=").first {
                names.append(String(name))
            }
            entry += 1
        }
        return names
    }
}
