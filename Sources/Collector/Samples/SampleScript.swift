import MailEvents
import SystemPackage

/// The sample lines, in their order, each with its distance from the one before.
struct SampleScript: Sendable {
    struct Line: Sendable {
        /// Microseconds since the line before.
        var delay: Int64
        var stamp: SampleStamp
        /// What follows the stamp, without the line feed.
        var rest: [UInt8]
    }

    let lines: [Line]
    private let identifiers: MessageIdentifiers

    /// - Throws: where a file cannot be read, or none holds a line that begins with a stamp of the format.
    init(_ files: [FilePath], format: LogFormat) throws {
        var lines: [Line] = []
        var last: Int64?
        for path in files {
            let file = try OpenFile(path)
            let bytes = try file.readFully(at: 0, count: Int(file.facts().size))
            for line in bytes.split(separator: 0x0A) {
                guard let stamp = SampleStamp(line, format: format) else { continue }
                // A second file begins right after the first, whatever its stamps say.
                let delay = max(0, min(stamp.time - (last ?? stamp.time), 60_000_000))
                last = stamp.time
                lines.append(Line(delay: delay, stamp: stamp, rest: Array(line.dropFirst(stamp.length))))
            }
        }
        guard !lines.isEmpty else {
            throw CollectorError.command(
                name: "samples",
                reason: "no line of format \(format.rawValue) in \(files.map(\.string).joined(separator: ", "))"
            )
        }
        self.lines = lines
        identifiers = MessageIdentifiers(format: format)
    }

    /// A line as it is written at a time, its message ids those of one round through the script.
    func text(_ line: Line, at time: Int64, round: UInt64) -> [UInt8] {
        Array(line.stamp.text(at: time).utf8) + identifiers.renamed(line.rest, round: round) + [0x0A]
    }
}
