import Foundation
import LogGenerator
import MailEvents

/// One format read from memory, the best of several runs, in the processor's time: what one core does, whatever else the
/// machine has to do.
struct Measurement {
    private static let runs = 7
    /// As a collector reads: a chunk at a time.
    private static let chunk = 1 << 20

    let name: String
    let lines: Int
    let bytes: Int
    let events: Int
    let expected: Int
    let seconds: Double

    init(_ format: LogFormat, _ name: String, _ text: [UInt8], _ tally: LogTally) {
        var best = Double.infinity
        var events = 0
        for _ in 0..<Self.runs {
            let begin = ProcessorTime.ofThread
            events = Self.read(text, format)
            best = min(best, ProcessorTime.ofThread - begin)
        }
        self.name = name
        self.lines = tally.lines
        self.bytes = text.count
        self.events = events
        self.expected = tally.events
        self.seconds = best
    }

    var linesPerSecond: Double { Double(lines) / seconds }

    var line: String {
        let rate = String(format: "%.2f", linesPerSecond / 1e6)
        let width = Int(Double(bytes) / seconds / 1e6)
        let truth = events == expected ? "as generated" : "BUT \(expected) WERE GENERATED"
        return "\(name): \(rate) M lines/s, \(width) MB/s (\(lines) lines, \(events) events, \(truth))"
    }

    private static func read(_ text: [UInt8], _ format: LogFormat) -> Int {
        let context = LogFormat.Context(fileModifiedAt: 1_900_000_000_000_000, zone: .utc)
        var reader = format.reader(context: context)
        let fingerprint = FileFingerprint(headLength: 0, headHash: [], tailLength: 0, tailHash: [])
        var batch = EventBatch(fileID: 0, from: 0, fingerprint: fingerprint)
        var events = 0
        text.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[position..<min(position + chunk, bytes.count)])
                position += max(1, reader.read(rest, at: Int64(position), into: &batch))
                events += batch.events.count
                batch.events.removeAll(keepingCapacity: true)
                batch.bytes.removeAll(keepingCapacity: true)
            }
        }
        return events
    }
}
