import BenchmarkSupport
import Foundation

/// pflogsumm (Debian package `pflogsumm`) on the same file.
enum Pflogsumm {
    private static let path = "/usr/sbin/pflogsumm"

    /// Lines a second, the best of two runs.
    static func rate(_ text: [UInt8], lines: Int) throws -> Double {
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing() }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("parse-benchmark-\(getpid()).log")
        try Data(text).write(to: file)
        defer {
            // A file left over in the temporary folder does no harm.
            try? FileManager.default.removeItem(at: file)
        }
        let version = try run(["--version"]).trimmingCharacters(in: .whitespacesAndNewlines)
        let clock = ContinuousClock()
        let times = try (0..<2).map { _ in try clock.measure { _ = try run(["--detail", "0", file.path]) } }
        let rate = Double(lines) / Spread(times).minimum.seconds
        tell("\(version): \(Figure.grouped(rate)) lines/s on the same lines")
        return rate
    }

    private struct Missing: Error, CustomStringConvertible {
        let description = "pflogsumm is not installed (Debian package pflogsumm)"
    }

    private static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
