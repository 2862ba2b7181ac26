/// Names of the server's log files: unique by the second, in the order of time when sorted as text.
enum LogFileName {
    static let pattern = "postgresql-%Y-%m-%d_%H%M%S.log"
    private static let start = "postgresql-"

    /// The part that a `.log` and its `.json` share; nil for another file.
    static func stem(of name: String) -> String? {
        guard name.hasPrefix(start) else { return nil }
        for suffix in [".log", ".json"] where name.hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return nil
    }
}
