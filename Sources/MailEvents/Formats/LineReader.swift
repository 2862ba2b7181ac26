import Glibc

/// Splits chunks of a file into lines and reads each with one format's parser, without an existential call a line.
/// A value, like its parser: a copy goes on from the same place.
package struct LineReader<Parser: LogParser>: Sendable {
    private var parser: Parser
    /// A line that is too long was begun and quarantined; what is left of it is passed over.
    private var isInsideLongLine: Bool

    package init(_ parser: Parser, isInsideLongLine: Bool = false) {
        self.parser = parser
        self.isInsideLongLine = isInsideLongLine
    }

    /// `LogParser.newestPossible`.
    package var newestPossible: Int64 {
        get { parser.newestPossible }
        set { parser.newestPossible = newValue }
    }

    /// What has to be stored with the position: `ReaderState`.
    package var state: [UInt8] {
        ReaderState(isInsideLongLine: isInsideLongLine, parser: parser.state).bytes
    }

    /// `LogFormat.AnyReader.read(_:at:counting:endsFile:into:)`.
    @discardableResult
    package mutating func read(
        _ chunk: UnsafeRawBufferPointer,
        at position: Int64,
        counting unit: PositionUnit = .bytes,
        endsFile: Bool = false,
        into batch: inout EventBatch
    ) -> Int {
        // Fields have 32 bits: a batch that full is at its end.
        guard let base = chunk.baseAddress, batch.bytes.count + chunk.count <= Int(UInt32.max) else { return 0 }
        let linesBefore = batch.lines
        var start = 0
        while start < chunk.count {
            let rest = chunk.count - start
            let end: Int
            let next: Int
            if let found = memchr(base + start, 0x0A, rest) {
                end = UnsafeRawPointer(found) - base
                next = end + 1
            } else if endsFile || isInsideLongLine || rest > ReaderLimits.longestLine {
                end = chunk.count
                next = end
            } else {
                break
            }
            let isWhole = next > end || endsFile
            let place = unit == .bytes ? position + Int64(start) : position + batch.lines - linesBefore
            readLine(UnsafeRawBufferPointer(start: base + start, count: end - start), at: place, isWhole, into: &batch)
            start = next
        }
        batch.parserState = state
        return start
    }

    /// Reads one line, or the beginning of one that is too long.
    @inline(__always)
    private mutating func readLine(
        _ line: UnsafeRawBufferPointer,
        at position: Int64,
        _ isWhole: Bool,
        into batch: inout EventBatch
    ) {
        if isInsideLongLine {
            isInsideLongLine = !isWhole
            return
        }
        batch.lines += 1
        guard line.count <= ReaderLimits.longestLine else {
            isInsideLongLine = !isWhole
            let beginning = UnsafeRawBufferPointer(rebasing: line[..<ReaderLimits.longestLine])
            batch.quarantine(beginning, at: position, reason: .tooLong)
            return
        }
        let mark = batch.events.count
        switch parser.parse(line, into: &batch.events) {
        case .events: batch.take(line, forEventsFrom: mark)
        case .nothing(let time): if let time { batch.takeTime(time) }
        case .unreadable(let reason): batch.quarantine(line, at: position, reason: reason)
        }
    }
}

/// Bounds of what a reader takes.
package enum ReaderLimits {
    /// Bytes that a line may have, without its line feed. Of a longer one this much is quarantined.
    package static let longestLine = 65_536
}

/// What a position in a source counts.
package enum PositionUnit: Sendable {
    /// Bytes of a file.
    case bytes
    /// Lines: entries of the journal.
    case lines
}
