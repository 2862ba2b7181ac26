import Foundation
import Testing

/// pflogsumm 1.1.5 (Debian package `pflogsumm`), whose figures a Postfix log's must equal.
struct Pflogsumm {
    private static let path = "/usr/sbin/pflogsumm"

    /// Its "Grand Totals" by their names: `received`, `delivered`, `forwarded`, `deferrals`, `bounced`, `rejected`,
    /// `reject warnings`, `held`, `discarded`.
    private(set) var totals: [String: Int] = [:]
    /// Deliveries by domain, of its host/domain summary.
    private(set) var deliveries: [String: Int] = [:]

    /// Runs it on a log.
    ///
    /// - Parameter syslogName: a regular expression of the syslog names that are Postfix's besides `postfix`.
    init(reading text: [UInt8], syslogName: String = "postfix") throws {
        try #require(
            FileManager.default.isExecutableFile(atPath: Self.path),
            "\(Self.path) is missing: install the Debian package pflogsumm"
        )
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("pflogsumm-\(UUID()).log")
        try Data(text).write(to: file)
        // A file left over in the temporary folder does no harm.
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = ["--detail", "0", "-h", "1000000", "--syslog-name=\(syslogName)", file.path]
        process.environment = ["LC_ALL": "C", "TZ": "UTC"]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        read(String(decoding: data, as: UTF8.self))
    }

    func total(_ name: String) -> Int { totals[name] ?? 0 }

    private mutating func read(_ report: String) {
        var section = ""
        for line in report.split(separator: "\n") where !line.hasPrefix("-") {
            let words = line.split(separator: " ").map(String.init)
            if !line.hasPrefix(" ") {
                section = String(line)
            } else if section.hasPrefix("Grand Totals") || section.hasPrefix("messages") {
                readTotal(words)
            } else if section.hasPrefix("Host/Domain Summary: Message Delivery"), words.count >= 8,
                let count = Self.number(words[0])
            {
                deliveries[words[words.count - 1]] = count
            }
        }
    }

    /// `421 received`, `30 deferred (41 deferrals)`, `5 rejected (1%)`.
    private mutating func readTotal(_ words: [String]) {
        guard words.count >= 2, let count = Self.number(words[0]) else { return }
        let name = words[1...].prefix { !$0.hasPrefix("(") }.joined(separator: " ")
        totals[name] = count
        if words.count == 4, words[3] == "deferrals)" {
            totals["deferrals"] = Self.number(String(words[2].dropFirst()))
        }
    }

    /// A number that pflogsumm has not shortened to `k` or `m`, as it does with more than 512 000.
    private static func number(_ word: String) -> Int? { Int(word) }
}
