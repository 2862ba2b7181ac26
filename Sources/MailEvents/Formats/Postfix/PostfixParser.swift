/// Postfix's lines in a mail log: syslog files with traditional or ISO 8601 stamps, lines of RFC 5424, Postfix's own
/// `maillog_file`, and `journalctl -o json`, told apart line by line.
///
/// Lines of other programs are nothing. Unreadable are lines without a stamp, JSON that is none, and lines of Postfix
/// that are damaged where they tell an event.
package struct PostfixParser: LogParser {
    /// Version of `state`.
    private static let version: UInt8 = 3
    /// The version that did not know of envelopes.
    private static let secondVersion: UInt8 = 2
    /// The version that did not know of content filters.
    private static let firstVersion: UInt8 = 1

    private var clock: SyslogClock
    private var loopback = LoopbackReceptions()
    private var awaited = AwaitedEnvelopes()

    /// - Parameter state: what `state` gave after the line before. Empty or damaged: the file is read from its
    ///   beginning.
    package init(context: LogFormat.Context, state: [UInt8] = []) {
        var rest = state[...]
        let version = rest.popFirst()
        let isKnown = version.map { (Self.firstVersion...Self.version).contains($0) } ?? false
        let last = isKnown ? LastStamp.take(from: &rest) : nil
        self.clock = SyslogClock(context: context, last: last)
        if version == Self.secondVersion { loopback = LoopbackReceptions(rest) }
        if version == Self.version, let count = rest.popFirst() {
            loopback = LoopbackReceptions(rest.prefix(Int(count) * 4))
            awaited = AwaitedEnvelopes(rest.dropFirst(Int(count) * 4))
        }
    }

    package var newestPossible: Int64 {
        get { clock.bounds.newest }
        set { clock.bounds.newest = newValue }
    }

    /// Version, whether there is a last stamp, and it; then the last queue ids from the machine itself, how many there are
    /// before them, and those whose envelope is still to come.
    package var state: [UInt8] {
        let ids = loopback.bytes
        return [Self.version] + LastStamp.bytes(clock.last) + [UInt8(ids.count / 4)] + ids + awaited.bytes
    }

    @inline(__always)
    package mutating func parse(_ line: UnsafeRawBufferPointer, into events: inout [MailEvent]) -> LineOutcome {
        guard let bytes = LineBytes(whole: line) else { return .nothing(at: nil) }
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
            switch clock.envelope(bytes) {
            case .noStamp: return .unreadable(.noTimestamp)
            case .noProgram(let told):
                time = told
                outcome = .nothing(at: told)
            case .envelope(let envelope):
                time = envelope.time
                outcome = Self.read(bytes, envelope, into: &events)
            }
        }
        guard clock.bounds.allow(time) else { return refuse(outcome, from: mark, &events) }
        guard case .events = outcome else { return outcome }
        loopback.take(&events, from: mark, bytes)
        return awaited.take(&events, from: mark, bytes) ? .events : .nothing(at: time)
    }

    @inline(__always)
    private static func read(
        _ line: LineBytes,
        _ envelope: SyslogEnvelope,
        into events: inout [MailEvent]
    ) -> LineOutcome {
        guard let program = PostfixProgram(line, envelope.program.start, envelope.program.end) else {
            return PostfixProgram.isCutOff(line, envelope) ? .unreadable(.noDaemon) : .nothing(at: envelope.time)
        }
        return PostfixMessage(line: line, time: envelope.time, program: program).read(
            from: envelope.message,
            into: &events
        )
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
}
