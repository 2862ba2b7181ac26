/// Exim's main log and reject log, as files or through syslog, with message ids of 16 characters and, since 4.97, of 23.
///
/// The main log has everything that is counted; the reject log repeats the lines about rejections, with the headers
/// of what was refused below them. A site follows one of the two.
package struct EximParser: LogParser {
    /// Version of `state`.
    private static let version: UInt8 = 1

    private var clock: EximClock

    /// - Parameter state: what `state` gave after the line before. Empty or damaged: the file is read from its
    ///   beginning.
    package init(context: LogFormat.Context, state: [UInt8] = []) {
        var rest = state[...]
        let last = rest.popFirst() == Self.version ? LastStamp.take(from: &rest) : nil
        clock = EximClock(context: context, last: last)
    }

    package var newestPossible: Int64 {
        get { clock.bounds.newest }
        set { clock.bounds.newest = newValue }
    }

    /// Version, whether there is a last stamp, and it.
    package var state: [UInt8] { [Self.version] + LastStamp.bytes(clock.last) }

    @inline(__always)
    package mutating func parse(_ line: UnsafeRawBufferPointer, into events: inout [MailEvent]) -> LineOutcome {
        guard let bytes = LineBytes(whole: line) else { return .nothing(at: nil) }
        switch clock.read(bytes) {
        case .noStamp:
            return bytes.isOfRejectedMessage ? .nothing(at: nil) : .unreadable(.noTimestamp)
        case .nothing(let time):
            return .nothing(at: clock.bounds.allow(time) ? time : nil)
        case .message(let time, let start):
            let mark = events.count
            let outcome = EximMessage(line: bytes, time: time).read(from: start, into: &events)
            guard !clock.bounds.allow(time) else { return outcome }
            guard case .events = outcome else { return .nothing(at: nil) }
            events.removeSubrange(mark...)
            return .unreadable(.impossibleTime)
        }
    }
}

extension LineBytes {
    /// Whether a line without a stamp is of the headers that the reject log has below a rejection: a header's type and
    /// name (`P Received: …`), more of it behind white space, the envelope, or the line of hyphens between two.
    fileprivate var isOfRejectedMessage: Bool {
        if self[0] == UInt8(ascii: " ") || self[0] == UInt8(ascii: "\t") { return true }
        if has("Envelope-from: ", at: 0) || has("Envelope-to: ", at: 0) || has("-----", at: 0) { return true }
        guard self[0] == UInt8(ascii: "*") || self[0] &- UInt8(ascii: "A") < 26, self[1] == UInt8(ascii: " ") else {
            return false
        }
        var place = 2
        while self[place].isLetterOrDigit || self[place] == UInt8(ascii: "-") || self[place] == UInt8(ascii: "_") {
            place += 1
        }
        return place > 2 && self[place] == UInt8(ascii: ":")
    }
}
