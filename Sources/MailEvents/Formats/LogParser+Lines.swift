import Glibc

extension LogParser {
    /// Splits a chunk into lines and reads each: the loop of `LogFormat.AnyReader`, which tells the rest.
    ///
    /// Each parser takes it over as its own, so that it is compiled for that parser and costs no existential call a
    /// line.
    ///
    /// - Parameter isInsideLongLine: a line that is too long was begun and quarantined; what is left of it is passed
    ///   over.
    package mutating func readLines(
        _ chunk: UnsafeRawBufferPointer,
        at position: Int64,
        counting unit: PositionUnit,
        endsFile: Bool,
        isInsideLongLine: inout Bool,
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
            let line = UnsafeRawBufferPointer(start: base + start, count: end - start)
            readLine(line, at: place, isWhole, &isInsideLongLine, into: &batch)
            start = next
        }
        return start
    }

    /// Reads one line, or the beginning of one that is too long.
    @inline(__always)
    private mutating func readLine(
        _ line: UnsafeRawBufferPointer,
        at position: Int64,
        _ isWhole: Bool,
        _ isInsideLongLine: inout Bool,
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
        switch parse(line, into: &batch.events) {
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
