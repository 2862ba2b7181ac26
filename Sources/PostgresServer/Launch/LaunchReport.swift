internal import FoundationEssentials

/// What the launcher says, a line of JSON each.
enum LaunchReport: Sendable, Codable, Equatable {
    case progress(String)
    case warning(String)
    /// The last line of a launcher that becomes the server: its startup log had this many bytes.
    case launching(startupLogOffset: Int64)
    case done
    case failed(PostgresServerError)

    /// One line, its end included.
    func encoded() throws -> [UInt8] {
        Array(try JSONEncoder().encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Reports in a launcher's output; other lines (a crash's, say) apart.
    static func decode(_ output: [UInt8]) -> (reports: [LaunchReport], rest: String) {
        var reports: [LaunchReport] = []
        var rest: [Substring] = []
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            // What is no report is text for a person.
            if let report = try? JSONDecoder().decode(LaunchReport.self, from: Data(line.utf8)) {
                reports.append(report)
            } else {
                rest.append(line)
            }
        }
        return (reports, rest.joined(separator: "\n"))
    }
}
