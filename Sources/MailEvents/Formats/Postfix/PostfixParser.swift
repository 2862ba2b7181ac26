/// Postfix's lines in a mail log: syslog files with traditional or ISO 8601 stamps, Postfix's own `maillog_file`, and
/// `journalctl -o json`, told apart line by line.
///
/// Lines of other programs are nothing. Unreadable are lines without a stamp, JSON that is none, and lines of Postfix
/// that are damaged where they tell an event.
package struct PostfixParser: LogParser {
    /// Version of `state`.
    private static let version: UInt8 = 1

    private var clock: SyslogClock

    /// - Parameter state: what `state` gave after the line before. Empty or damaged: the file is read from its
    ///   beginning.
    package init(context: LogFormat.Context, state: [UInt8] = []) {
        self.clock = SyslogClock(context: context, last: Self.last(of: state))
    }

    package var newestPossible: Int64 {
        get { clock.bounds.newest }
        set { clock.bounds.newest = newValue }
    }

    /// Version, whether there is a last stamp, and it.
    package var state: [UInt8] {
        guard let last = clock.last else { return [Self.version, 0] }
        return [Self.version, 1] + (0..<8).map { UInt8(truncatingIfNeeded: last >> (Int64($0) * 8)) }
    }

    @inline(__always)
    package mutating func parse(_ line: UnsafeRawBufferPointer, into events: inout [MailEvent]) -> LineOutcome {
        guard var bytes = LineBytes(line) else { return .nothing(at: nil) }
        if bytes[bytes.end - 1] == UInt8(ascii: "\r") { bytes = bytes.upTo(bytes.end - 1) }
        guard bytes.end > 0 else { return .nothing(at: nil) }
        let mark = events.count
        let time: Int64
        let outcome: LineOutcome
        if bytes[0] == UInt8(ascii: "{") {
            guard let entry = JournalEntry(bytes) else { return .unreadable(.badEncoding) }
            guard let told = entry.time(bytes) else { return .unreadable(.noTimestamp) }
            clock.take(told)
            time = told
            outcome = entry.read(bytes, of: line, at: time, into: &events)
        } else {
            guard let stamp = clock.read(bytes) else { return .unreadable(.noTimestamp) }
            time = stamp.time
            outcome = Self.readSyslog(bytes, stamp, into: &events)
        }
        return clock.bounds.allow(time) ? outcome : refuse(outcome, from: mark, &events)
    }

    /// `… mx1 postfix/smtp[2211]: MESSAGE`.
    @inline(__always)
    private static func readSyslog(
        _ line: LineBytes,
        _ stamp: SyslogClock.Stamp,
        into events: inout [MailEvent]
    ) -> LineOutcome {
        guard let space = line.first(UInt8(ascii: " "), from: stamp.end + 1),
            let tagEnd = line.first(UInt8(ascii: " "), from: space + 1), line[tagEnd - 1] == UInt8(ascii: ":")
        else { return .nothing(at: stamp.time) }
        var tag = tagEnd - 1
        if line[tag - 1] == UInt8(ascii: "]") {
            tag -= 2
            while line.digit(at: tag) < 10 { tag -= 1 }
            guard line[tag] == UInt8(ascii: "[") else { return .nothing(at: stamp.time) }
        }
        guard let program = PostfixProgram(line, space + 1, tag) else { return .nothing(at: stamp.time) }
        return PostfixMessage(line: line, time: stamp.time, program: program).read(from: tagEnd + 1, into: &events)
    }

    /// What a line with a time that cannot be is: its events are taken back.
    private func refuse(_ outcome: LineOutcome, from mark: Int, _ events: inout [MailEvent]) -> LineOutcome {
        switch outcome {
        case .events:
            events.removeSubrange(mark...)
            return .unreadable(.impossibleTime)
        case .nothing: return .nothing(at: nil)
        case .unreadable: return outcome
        }
    }

    /// The last stamp in a stored state; nil if there is none, or the state is not one that this version wrote.
    private static func last(of state: [UInt8]) -> Int64? {
        guard state.count == 10, state[0] == version, state[1] == 1 else { return nil }
        let last = state[2...].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        return last >= TimeBounds.oldest ? last : nil
    }
}
