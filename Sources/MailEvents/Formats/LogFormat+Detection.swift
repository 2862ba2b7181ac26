extension LogFormat {
    /// What a sample of a log says of its format.
    package struct Detection: Sendable, Equatable {
        /// nil: none fits, or several do.
        package var format: LogFormat?
        /// Why this one, or why none: a sentence for a person, without a full stop.
        package var reason: String
        /// Which share of the lines the format understands, 0 to 1; of the format that comes nearest where none fits.
        package var share: Double
    }

    /// Finds the format of a log by a sample of its lines: the one that knows some of them for its own and
    /// understands nearly all, if there is only one. A log that two servers write into has none.
    ///
    /// - Parameters:
    ///   - lines: whole lines, from the beginning of the log: PowerMTA's header is there. A few hundred are enough.
    ///   - context: what is known of the file.
    package static func detect(_ lines: [[UInt8]], context: Context) -> Detection {
        let lines = lines.filter { line in line.contains { $0 > 0x20 } }
        let candidates = allCases.map { Candidate($0, lines, context) }.sorted { $0.isBetter(than: $1) }
        guard !lines.isEmpty, let best = candidates.first else {
            return Detection(format: nil, reason: "there are no lines to tell it by", share: 0)
        }
        let fitting = candidates.filter(\.fits)
        if fitting.count == 1 { return best.chosen(over: candidates.dropFirst().first) }
        if fitting.count > 1 {
            let found = fitting.map { "\($0.own) of \($0.format.title)" }.joined(separator: ", ")
            return Detection(
                format: nil,
                reason: "the lines are of several formats (\(found)): say which one is meant",
                share: best.share
            )
        }
        return Detection(format: nil, reason: refusal(best, lines), share: best.share)
    }

    /// Why no format fits.
    private static func refusal(_ best: Candidate, _ lines: [[UInt8]]) -> String {
        if lines.contains(where: Candidate.looksLikeAccounting) {
            return "they look like records of \(LogFormat.powermta.title), "
                + "but the header line that names the columns is not among them"
        }
        if best.own > 0, let why = best.mostFrequentReason {
            return "\(best.own) of \(best.count) lines read as \(best.format.title), "
                + "but too many of the others cannot be read (\(why.rawValue))"
        }
        if best.unread == 0 {
            return "none of the lines tells by which server it was written (heartbeats, or lines of other programs)"
        }
        return "no format knows any of the lines"
    }
}

/// How well a format reads a sample.
private struct Candidate {
    let format: LogFormat
    /// Lines of the sample.
    let count: Int
    /// Lines that can only be this format's.
    private(set) var own = 0
    /// Lines that it cannot read.
    private(set) var unread = 0
    private var reasons: [UnreadableReason: Int] = [:]

    init(_ format: LogFormat, _ lines: [[UInt8]], _ context: LogFormat.Context) {
        self.format = format
        count = lines.count
        var parser = format.parser(context: context)
        var events: [MailEvent] = []
        for line in lines {
            events.removeAll(keepingCapacity: true)
            switch line.withUnsafeBytes({ parser.parse($0, into: &events) }) {
            case .events: own += 1
            case .nothing: own += line.withUnsafeBytes { Self.isSign($0, of: format) } ? 1 : 0
            case .unreadable(let reason):
                unread += 1
                reasons[reason, default: 0] += 1
            }
        }
    }

    var share: Double { Double(count - unread) / Double(count) }

    /// Whether it knows lines for its own, and more of them than it cannot read: those are one line, torn at an end of
    /// the sample, or a tenth at most.
    var fits: Bool { own > unread && unread <= max(1, count / 10) }

    var mostFrequentReason: UnreadableReason? {
        reasons.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key
    }

    func isBetter(than other: Candidate) -> Bool {
        if fits != other.fits { return fits }
        return own != other.own ? own > other.own : unread < other.unread
    }

    func chosen(over next: Candidate?) -> LogFormat.Detection {
        var reason = "\(count - unread) of \(count) lines read as \(format.title), \(own) of them surely its own"
        if let next, next.own > 0 {
            reason += "; the next, \(next.format.title), knows \(next.own)"
        } else {
            reason += "; no other format knows any"
        }
        return LogFormat.Detection(format: format, reason: reason, share: share)
    }

    /// Whether a line that tells no event is surely this format's: a heartbeat of Momentum's could be of several logs,
    /// a line of syslog of any program.
    private static func isSign(_ line: UnsafeRawBufferPointer, of format: LogFormat) -> Bool {
        guard let line = LineBytes(whole: line) else { return false }
        switch format {
        case .postfix: return line.first("postfix", from: 0) != nil && line.first(": ", from: 0) != nil
        case .momentumMainlog, .momentumRejectlog, .momentumFbllog: return false
        case .momentumBouncelog: return line.first("@@@@M", from: 0) == nil
        case .momentumJSON: return line.first("\"msys\"", from: 0) != nil
        case .exim: return EximMessage.isOwn(line)
        case .kumomta: return line.first("\"type\"", from: 0) != nil
        case .powermta: return true
        }
    }

    /// Whether a line begins like an accounting record: a type, and digits behind a comma.
    static func looksLikeAccounting(_ line: [UInt8]) -> Bool {
        let fields = line.prefix(32).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count > 1, let digit = fields[1].first, digit &- 0x30 < 10 else { return false }
        return ["d", "b", "t", "tq", "r", "rb", "rs", "f"].contains { $0.utf8.elementsEqual(fields[0]) }
    }
}
