internal import FoundationEssentials

/// One entry of the server's log, from its JSON form (documentation, "Using JSON-Format Log Output").
package struct LogEntry: Sendable, Equatable, Codable {
    /// As the server wrote it: `2026-11-22 21:00:00.123 UTC`.
    package let timestamp: String
    package let level: LogLevel
    package let message: String
    package let pid: Int?
    package let backendType: String?
    package let user: String?
    package let database: String?
    package let application: String?
    package let sqlState: String?
    package let detail: String?
    package let hint: String?
    package let context: String?
    package let statement: String?

    private struct Line: Decodable {
        let timestamp: String
        let error_severity: String
        let message: String?
        let pid: Int?
        let backend_type: String?
        let user: String?
        let dbname: String?
        let application_name: String?
        let state_code: String?
        let detail: String?
        let hint: String?
        let context: String?
        let statement: String?
    }

    /// nil for a line that is not an entry: a torn one, say.
    init?(json: some Collection<UInt8>) {
        // A line that cannot be decoded is the caller's to skip.
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(json)),
            let level = LogLevel(severity: line.error_severity)
        else { return nil }
        timestamp = line.timestamp
        self.level = level
        message = line.message ?? ""
        pid = line.pid
        backendType = line.backend_type
        user = line.user
        database = line.dbname
        application = line.application_name
        sqlState = line.state_code
        detail = line.detail
        hint = line.hint
        context = line.context
        statement = line.statement
    }

    /// One line for a person, further lines for detail and hint.
    package var text: String {
        let origin = [user, database].compactMap(\.self).joined(separator: "@")
        let process = pid.map { " [\($0)]" } ?? ""
        var text = "\(timestamp)\(process)\(origin.isEmpty ? "" : " \(origin)") \(level): \(message)"
        for (name, value) in [("detail", detail), ("hint", hint), ("statement", statement)] {
            if let value { text += "\n  \(name): \(value)" }
        }
        return text
    }
}
