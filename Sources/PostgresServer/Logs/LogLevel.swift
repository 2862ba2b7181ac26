/// Severity of a log entry, in the order in which an operator cares. (PostgreSQL's own order puts LOG above ERROR.)
package enum LogLevel: Int, Sendable, Codable, CaseIterable, Comparable, CustomStringConvertible {
    case debug, log, info, notice, warning, error, fatal, panic

    /// From `error_severity` of the JSON log; DEBUG1 to DEBUG5 are one.
    init?(severity: String) {
        switch severity {
        case "LOG": self = .log
        case "INFO": self = .info
        case "NOTICE": self = .notice
        case "WARNING": self = .warning
        case "ERROR": self = .error
        case "FATAL": self = .fatal
        case "PANIC": self = .panic
        default:
            guard severity.hasPrefix("DEBUG") else { return nil }
            self = .debug
        }
    }

    /// From what an operator types: `warning`, `ERROR`.
    package init?(name: String) {
        guard let level = Self.allCases.first(where: { "\($0)" == name.lowercased() }) else { return nil }
        self = level
    }

    package var description: String {
        switch self {
        case .debug: "debug"
        case .log: "log"
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .error: "error"
        case .fatal: "fatal"
        case .panic: "panic"
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
