/// A reply as rules see it: on one line, `CODE STATUS text`, without what the sending server put around it.
///
/// - Postfix's `host … said: … (in reply to … command)`, Exim's `SMTP error from remote mail server after …:` and the
///   `smtp;` of delivery reports go: the same reply is the same line whoever logged it.
/// - Replies over several lines (RFC 5321 section 4.2.1) lose the code that each line repeats.
/// - Blanks and control characters are one blank.
package struct ReplyLine: Sendable, Equatable {
    /// Bytes of a line at most; what is longer is cut.
    package static let maximumLength = 1024
    /// Bytes of a reply that are looked at.
    static let maximumInput = 2048

    /// Bytes of the line.
    package var count = 0
    /// Where the text begins, behind code and status.
    package var textStart = 0
    /// Nil: the line has none, and none was told.
    package var replyCode: Int?
    package var status: ReplyStatus?

    /// Writes the line of a reply.
    ///
    /// - Parameters:
    ///   - target: at least `maximumLength` bytes.
    ///   - told: what the log tells beside the text; the text's own code and status come before it.
    @inline(__always)
    static func write(
        _ raw: UnsafeRawBufferPointer,
        told: ToldReply,
        to target: UnsafeMutableRawBufferPointer
    ) -> ReplyLine {
        var reader = ReplyReader(raw)
        reader.unwrap()
        var line = ReplyLine()
        var writer = ReplyLineWriter(target)
        let code = reader.replyCode()
        if code != nil { reader.index += 3 }
        line.replyCode = code ?? told.code
        var isMultiline = code != nil && reader.take(UInt8(ascii: "-"))
        reader.skipBlanks()
        // Some logs put the code before a reply that begins with it.
        while let code, reader.replyCode() == code {
            reader.index += 3
            if reader.take(UInt8(ascii: "-")) { isMultiline = true }
            reader.skipBlanks()
        }
        let status = code == nil ? nil : reader.status(at: reader.index)
        if let status { reader.index = status.end }
        reader.skipBlanks()
        if let code = line.replyCode { writer.append(code: code) }
        if let status = status?.status {
            line.status = status
        } else if code == nil, line.replyCode != nil {
            line.status = told.status
        }
        if let status = line.status { writer.append(status: status) }
        line.textStart = writer.count
        copy(&reader, code, status?.status, isMultiline, &writer)
        line.count = writer.finish()
        line.textStart = min(line.textStart, line.count)
        if line.status == nil { line.status = reader.remarkedStatus ?? told.status }
        return line
    }

    /// The text, each run of blanks as one.
    @inline(__always)
    private static func copy(
        _ reader: inout ReplyReader,
        _ code: Int?,
        _ status: ReplyStatus?,
        _ isMultiline: Bool,
        _ writer: inout ReplyLineWriter
    ) {
        while reader.index < reader.end, !writer.isFull {
            let byte = reader[reader.index]
            let blanks = reader.blanks(byte)
            if blanks > 0 {
                reader.index += blanks
                writer.appendBlank()
                if let code, isMultiline || ReplyReader.endsLine(byte) { reader.skipRepeated(code, status) }
            } else {
                writer.append(byte)
                reader.index += 1
            }
        }
    }
}

/// What a log tells of a reply beside its text.
package struct ToldReply: Sendable, Equatable {
    /// Nil: not told.
    package var code: Int?
    package var status: ReplyStatus?

    package static let nothing = ToldReply()

    package init(code: Int? = nil, status: ReplyStatus? = nil) {
        self.code = code
        self.status = status
    }

    package init(_ event: MailEvent) {
        code = (200...599).contains(event.replyCode) ? Int(event.replyCode) : nil
        guard event.statusClass >= 0, event.statusSubject >= 0, event.statusDetail >= 0 else { return }
        status = ReplyStatus(
            class: event.statusClass,
            subject: event.statusSubject,
            detail: event.statusDetail
        )
    }

    /// All of it in one number, for a cache's key.
    var number: UInt64 {
        guard let status else { return UInt64(code ?? 0) }
        return UInt64(code ?? 0) | UInt64(UInt16(bitPattern: status.class)) << 16
            | UInt64(UInt16(bitPattern: status.subject)) << 32 | UInt64(UInt16(bitPattern: status.detail)) << 48
    }
}

/// An enhanced status code (RFC 3463).
package struct ReplyStatus: Sendable, Equatable {
    package var `class`: Int16
    package var subject: Int16
    package var detail: Int16

    package init(class: Int16, subject: Int16, detail: Int16) {
        self.class = `class`
        self.subject = subject
        self.detail = detail
    }
}
