import Foundation

/// pflogsumm (Debian package `pflogsumm`) on the same file.
enum Pflogsumm {
    private static let path = "/usr/sbin/pflogsumm"

    /// Prints its rate and how many times faster `measurement` is.
    static func compare(_ text: [UInt8], with measurement: Measurement) throws {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            print("pflogsumm: not installed (Debian package pflogsumm); no ratio")
            return
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("parse-benchmark-\(getpid()).log")
        try Data(text).write(to: file)
        defer {
            // A file left over in the temporary folder does no harm.
            try? FileManager.default.removeItem(at: file)
        }
        print("pflogsumm: \(try run(["--version"]).trimmingCharacters(in: .whitespacesAndNewlines))")
        let clock = ContinuousClock()
        let elapsed = try clock.measure { _ = try run(["--detail", "0", file.path]) }
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let rate = Double(measurement.lines) / seconds
        print("pflogsumm: \(Int(rate)) lines/s on the same lines")
        print("ratio: \(Int(measurement.linesPerSecond / rate)) times pflogsumm (\(measurement.name))")
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
