/// Reads what stands before a message in Exim's logs: its own stamp, `2026-03-05 04:07:08.101 +0100 [2211] ` with or
/// without fraction (selector `millisec`), zone (`log_timezone`) and process (selector `pid`), or an envelope of
/// syslog, with or without Exim's stamp behind it (`syslog_timestamp`).
struct EximClock: Sendable {
    /// What the beginning of a line is.
    enum Reading {
        case noStamp
        /// A line with a time, of another program, or the rest of a message that syslog got in pieces.
        case nothing(Int64)
        case message(time: Int64, start: Int)
    }

    private var days = DayClock()
    private var local: LocalClock
    private var syslog: SyslogClock

    init(context: LogFormat.Context, last: Int64?) {
        local = LocalClock(zone: context.zone, last: last)
        syslog = SyslogClock(context: context, last: last)
    }

    var bounds: TimeBounds {
        get { syslog.bounds }
        set { syslog.bounds = newValue }
    }

    /// The time of the last line that has one within the bounds, microseconds since 1970 UTC; nil before it.
    var last: Int64? { syslog.last }

    @inline(__always)
    mutating func read(_ line: LineBytes) -> Reading {
        if let (time, start) = stamp(line, at: 0) {
            take(time)
            return .message(time: time, start: start)
        }
        return readSyslog(line)
    }

    /// Remembers a line's time.
    @inline(__always)
    private mutating func take(_ time: Int64) {
        syslog.take(time)
        local.last = syslog.last
    }

    /// Exim's stamp at `index`, and where what follows it begins.
    @inline(__always)
    private mutating func stamp(_ line: LineBytes, at index: Int) -> (time: Int64, start: Int)? {
        guard let stamp = days.read(line, at: index, separator: UInt8(ascii: " ")) else { return nil }
        var place = stamp.end
        guard line[place] == UInt8(ascii: " ") else { return nil }
        place += 1
        var time: Int64?
        if line[place] == UInt8(ascii: "+") || line[place] == UInt8(ascii: "-") {
            var end = place
            guard let offset = line.zoneOffset(at: &end), line[end] == UInt8(ascii: " ") else { return nil }
            time = stamp.local &- offset
            place = end + 1
        }
        if line[place] == UInt8(ascii: "["), line.digit(at: place + 1) < 10 {
            var end = place + 1
            while line.digit(at: end) < 10 { end += 1 }
            if line[end] == UInt8(ascii: "]"), line[end + 1] == UInt8(ascii: " ") { place = end + 2 }
        }
        return (time ?? local.utc(ofLocal: stamp.local), place)
    }

    private mutating func readSyslog(_ line: LineBytes) -> Reading {
        let envelope: SyslogEnvelope
        switch syslog.envelope(line) {
        case .noStamp: return .noStamp
        case .noProgram(let time):
            local.last = syslog.last
            return .nothing(time)
        case .envelope(let found): envelope = found
        }
        local.last = syslog.last
        guard line.has("exim", at: envelope.program.start) else { return .nothing(envelope.time) }
        var place = envelope.message
        // A long message comes in pieces: `[1\3] …`, `[2\3] …`, `[3/3] …`.
        if line[place] == UInt8(ascii: "["), line.digit(at: place + 1) < 10,
            let close = line.first("] ", from: place, to: place + 10)
        {
            guard line[place + 1] == UInt8(ascii: "1"), line.digit(at: place + 2) >= 10 else {
                return .nothing(envelope.time)
            }
            place = close + 2
        }
        guard let (time, start) = stamp(line, at: place) else { return .message(time: envelope.time, start: place) }
        // The envelope tells the zone if it is not the traditional one; else Exim's stamp tells more.
        let isZoned = line[0] &- 0x41 >= 26 && !(line[0] == UInt8(ascii: "<") && isTraditional(line))
        if isZoned { return .message(time: envelope.time, start: start) }
        take(time)
        return .message(time: time, start: start)
    }

    /// Whether a stamp without a year stands behind the priority.
    private func isTraditional(_ line: LineBytes) -> Bool {
        guard let close = line.first(UInt8(ascii: ">"), from: 0, to: 5) else { return false }
        return line[close + 1] &- 0x41 < 26
    }
}
