/// What stands before a program's message in a line of syslog.
struct SyslogEnvelope {
    /// Microseconds since 1970 UTC.
    var time: Int64
    /// The program's name, without process number and colon.
    var program: (start: Int, end: Int)
    /// Offset of the message.
    var message: Int

    /// What the beginning of a line is.
    enum Reading {
        /// No stamp stands where one must.
        case noStamp
        /// A line with a time, of no program.
        case noProgram(Int64)
        case envelope(SyslogEnvelope)
    }
}

extension SyslogClock {
    /// Reads the beginning of a line: `Mar  5 04:07:09 mx1 postfix/smtp[2211]: ` or with a stamp of ISO 8601, with or
    /// without a priority `<22>` before it (RFC 3164), or `<22>1 2026-03-05T04:07:09.123Z mx1 postfix/smtp 2211 - - `
    /// (RFC 5424).
    @inline(__always)
    mutating func envelope(_ line: LineBytes) -> SyslogEnvelope.Reading {
        if line[0] == UInt8(ascii: "<") { return prioritised(line) }
        guard let stamp = read(line, at: 0) else { return .noStamp }
        return tagged(line, stamp)
    }

    /// `mx1 postfix/smtp[2211]: ` behind a stamp.
    @inline(__always)
    private func tagged(_ line: LineBytes, _ stamp: Stamp) -> SyslogEnvelope.Reading {
        guard let space = line.first(UInt8(ascii: " "), from: stamp.end + 1),
            let tagEnd = line.first(UInt8(ascii: " "), from: space + 1), line[tagEnd - 1] == UInt8(ascii: ":")
        else { return .noProgram(stamp.time) }
        var end = tagEnd - 1
        if line[end - 1] == UInt8(ascii: "]") {
            end -= 2
            while line.digit(at: end) < 10 { end -= 1 }
            guard line[end] == UInt8(ascii: "[") else { return .noProgram(stamp.time) }
        }
        guard end > space + 1 else { return .noProgram(stamp.time) }
        return .envelope(SyslogEnvelope(time: stamp.time, program: (space + 1, end), message: tagEnd + 1))
    }

    /// A line that begins with its priority.
    private mutating func prioritised(_ line: LineBytes) -> SyslogEnvelope.Reading {
        guard let close = line.first(UInt8(ascii: ">"), from: 1, to: 5), let priority = line.number(1, close),
            priority < 192
        else { return .noStamp }
        if line[close + 1] == UInt8(ascii: "1"), line[close + 2] == UInt8(ascii: " ") {
            return structured(line, from: close + 3)
        }
        guard let stamp = read(line, at: close + 1) else { return .noStamp }
        return tagged(line, stamp)
    }

    /// RFC 5424 section 6 behind the version: stamp, host, program, process, message id, structured data, message.
    private mutating func structured(_ line: LineBytes, from start: Int) -> SyslogEnvelope.Reading {
        guard let stamp = read(line, at: start) else { return .noStamp }
        guard let program = line.first(UInt8(ascii: " "), from: stamp.end + 1),
            let process = line.first(UInt8(ascii: " "), from: program + 1),
            let id = line.first(UInt8(ascii: " "), from: process + 1),
            let data = line.first(UInt8(ascii: " "), from: id + 1),
            var message = Self.behindStructuredData(line, from: data + 1)
        else { return .noProgram(stamp.time) }
        // A byte order mark says that the message is UTF-8. rsyslog keeps the space that RFC 3164 has after the tag.
        while line[message] == UInt8(ascii: " ") { message += 1 }
        if line[message] == 0xEF, line[message + 1] == 0xBB, line[message + 2] == 0xBF { message += 3 }
        while line[message] == UInt8(ascii: " ") { message += 1 }
        return .envelope(SyslogEnvelope(time: stamp.time, program: (program + 1, process), message: message))
    }

    /// Where structured data, `-` or `[id name="value"]…`, ends; nil if it does not.
    private static func behindStructuredData(_ line: LineBytes, from start: Int) -> Int? {
        if line[start] == UInt8(ascii: "-") { return start + 1 }
        var place = start
        while line[place] == UInt8(ascii: "[") {
            var isQuoted = false
            while place < line.end, isQuoted || line[place] != UInt8(ascii: "]") {
                if line[place] == UInt8(ascii: "\"") { isQuoted.toggle() }
                if line[place] == UInt8(ascii: "\\"), isQuoted { place += 1 }
                place += 1
            }
            guard place < line.end else { return nil }
            place += 1
        }
        return place > start ? place : nil
    }
}
