internal import FoundationEssentials
internal import SystemPackage

/// What the launcher says, a line of JSON each.
enum LaunchReport: Sendable, Codable, Equatable {
    case progress(String)
    case warning(String)
    /// The last line of a launcher that becomes the server: its startup log had this many bytes.
    case launching(startupLogOffset: Int64)
    /// What was to be made is there already.
    case nothingToDo
    case done
    case failed(PostgresServerError)

    /// One line, its end included.
    func encoded() throws -> [UInt8] {
        Array(try JSONEncoder().encode(self)) + [UInt8(ascii: "\n")]
    }
}

/// Takes a launcher's output apart as it comes: reports, and other lines (a crash's, say).
struct LaunchReportReader {
    let progress: (String) -> Void
    private(set) var reports: [LaunchReport] = []
    private(set) var rest: [String] = []

    init(progress: @escaping (String) -> Void) {
        self.progress = progress
    }

    mutating func readToEnd(of descriptor: FileDescriptor) throws {
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            guard count > 0 else { break }
            pending.append(contentsOf: chunk[..<count])
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                take(pending[..<end])
                pending.removeFirst(end + 1)
            }
        }
        if !pending.isEmpty { take(pending[...]) }
    }

    private mutating func take(_ line: ArraySlice<UInt8>) {
        // What is no report is text for a person.
        guard let report = try? JSONDecoder().decode(LaunchReport.self, from: Data(line)) else {
            rest.append(String(decoding: line, as: UTF8.self))
            return
        }
        reports.append(report)
        if case .progress(let text) = report { progress(text) }
    }
}
