import BenchmarkSupport
import Foundation

/// A log summariser of a mail server's own world, on the same file: what an operator has without Mailmill.
struct Yardstick {
    let name: String
    /// Who puts it there.
    let origin: String
    let path: String
    /// What makes it read everything and write little.
    let arguments: [String]

    static let pflogsumm = Yardstick(
        name: "pflogsumm",
        origin: "Debian package pflogsumm",
        path: "/usr/sbin/pflogsumm",
        arguments: ["--detail", "0"]
    )
    static let eximstats = Yardstick(
        name: "eximstats",
        origin: "Scripts/exim",
        path: "\(FileManager.default.currentDirectoryPath)/.build/exim/usr/sbin/eximstats",
        arguments: ["-h0", "-q0", "-t0", "-nr", "-ne"]
    )

    /// Prints its rate and how many times faster `measurement` is.
    func compare(_ text: [UInt8], with measurement: Measurement) throws {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            tell("\(name): not there (\(origin)); no ratio")
            return
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("parse-benchmark-\(getpid()).log")
        try Data(text).write(to: file)
        defer {
            // A file left over in the temporary folder does no harm.
            try? FileManager.default.removeItem(at: file)
        }
        let begin = ProcessorTime.ofChildren
        try run(file)
        let rate = Double(measurement.lines) / (ProcessorTime.ofChildren - begin)
        let ratio = measurement.linesPerSecond / rate
        tell("\(name): \(Figure.grouped(rate)) lines/s on the same lines")
        Goal("parsing \(measurement.name) against \(name)", "20 times or more").tell(
            "\(Figure.decimal(ratio, 1)) times",
            isReached: ratio >= 20
        )
    }

    private func run(_ file: URL) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments + [file.path]
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
    }
}
