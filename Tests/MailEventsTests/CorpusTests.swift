import Foundation
import MailEvents
import Testing

/// Inputs that coverage-guided runs have kept (Scripts/fuzz), those that once broke something among them.
@Suite struct CorpusTests {
    private static let context = LogFormat.Context(fileModifiedAt: 1_775_000_000_000_000, zone: .utc)

    @Test(arguments: LogFormat.allCases)
    func whatWasKeptIsReadWholeAndInPartsAlike(_ format: LogFormat) throws {
        let inputs = try Self.inputs(of: format)
        #expect(inputs.count >= 20, "Scripts/fuzz \(format.rawValue) makes them")
        for (number, input) in inputs.enumerated() {
            let whole = Self.read(input, format, cut: input.count)
            let parted = Self.read(input, format, cut: input.count / 2)
            #expect(whole.events.count == parted.events.count, "input \(number)")
            #expect(whole.unread.count == parted.unread.count, "input \(number)")
            #expect(whole.parserState == parted.parserState, "input \(number)")
            #expect(whole.parserState.count <= 65_536, "input \(number)")
            for event in whole.events { DamageTests.check(event, whole.bytes.count) }
            for line in whole.unread where Int(line.text.offset + line.text.length) > whole.bytes.count {
                Issue.record("an unread line outside of the batch: input \(number)")
            }
            var joined = whole
            joined.joinEnvelopes()
            #expect(joined.countedEvents == whole.countedEvents, "input \(number)")
        }
    }

    /// An input a line, base64.
    private static func inputs(of format: LogFormat) throws -> [[UInt8]] {
        let file = try #require(Bundle.module.resourceURL).appendingPathComponent("Corpus/\(format.rawValue).txt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            Array(try #require(Data(base64Encoded: String(line))))
        }
    }

    /// Reads an input as a file. Its second part is read from the state that would have been stored.
    private static func read(_ input: [UInt8], _ format: LogFormat, cut: Int) -> EventBatch {
        var batch = EventBatch.empty
        input.withUnsafeBytes { bytes in
            var reader = format.reader(context: context)
            let first = reader.read(UnsafeRawBufferPointer(rebasing: bytes[..<cut]), at: 0, into: &batch)
            if cut < bytes.count, first > 0 { reader = format.reader(context: context, state: batch.parserState) }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[first...])
            reader.read(rest, at: Int64(first), endsFile: true, into: &batch)
        }
        return batch
    }
}
