extension LineBytes {
    /// The reply code at `index`: three digits from 200 to 599 with a space, a hyphen or the end after them
    /// (RFC 5321 section 4.2.1).
    @inline(__always)
    func replyCode(at index: Int) -> Int16? {
        let class_ = digit(at: index)
        let tens = digit(at: index + 1)
        let ones = digit(at: index + 2)
        guard class_ >= 2, class_ <= 5, tens < 10, ones < 10 else { return nil }
        let next = self[index + 3]
        guard next == UInt8(ascii: " ") || next == UInt8(ascii: "-") || index + 3 >= end else { return nil }
        return Int16(class_) &* 100 &+ Int16(tens) &* 10 &+ Int16(ones)
    }

    /// The enhanced status code that begins at `index` and ends before anything but a digit or a dot (RFC 3463):
    /// class 2, 4 or 5, subject and detail of one to three digits.
    @inline(__always)
    func enhancedStatus(at index: Int) -> EnhancedStatus? {
        let class_ = digit(at: index)
        guard class_ == 2 || class_ == 4 || class_ == 5, self[index + 1] == UInt8(ascii: ".") else { return nil }
        var next = index + 2
        guard let subject = upToThreeDigits(&next), self[next] == UInt8(ascii: ".") else { return nil }
        next += 1
        guard let detail = upToThreeDigits(&next), self[next] != UInt8(ascii: ".") else { return nil }
        return EnhancedStatus(class: Int16(class_), subject: subject, detail: detail)
    }

    /// Reads one to three digits and moves behind them; nil for none or more.
    @inline(__always)
    private func upToThreeDigits(_ index: inout Int) -> Int16? {
        let start = index
        var value: Int16 = 0
        while digit(at: index) < 10 {
            guard index - start < 3 else { return nil }
            value = value &* 10 &+ Int16(digit(at: index))
            index &+= 1
        }
        return index == start ? nil : value
    }

    /// The enhanced status after the reply code at `index`, as in `550 5.1.1 …`.
    func enhancedStatus(afterReplyCodeAt index: Int) -> EnhancedStatus? {
        enhancedStatus(at: index + 4)
    }
}

/// The three numbers of RFC 3463.
struct EnhancedStatus: Equatable {
    var `class`: Int16
    var subject: Int16
    var detail: Int16
}

extension MailEvent {
    /// Takes the enhanced status over, where there is one.
    @inline(__always)
    mutating func setStatus(_ status: EnhancedStatus?) {
        guard let status else { return }
        statusClass = status.class
        statusSubject = status.subject
        statusDetail = status.detail
    }

    /// Takes over the IP address of the other end, if the field is one.
    @inline(__always)
    mutating func setRemoteAddress(_ field: Field, _ line: LineBytes) {
        let start = Int(field.offset)
        if line.isIPAddress(start, start + Int(field.length)) { remoteAddress = field }
    }

    /// Takes over a reply, with the code and the enhanced status that it begins with (`552 5.2.2 Mailbox full`).
    @inline(__always)
    mutating func setReply(_ field: Field, _ line: LineBytes) {
        reply = field
        guard !field.isEmpty else { return }
        let start = Int(field.offset)
        let text = line.upTo(start + Int(field.length))
        if let code = text.replyCode(at: start) {
            replyCode = code
            setStatus(text.enhancedStatus(afterReplyCodeAt: start))
        }
    }
}
