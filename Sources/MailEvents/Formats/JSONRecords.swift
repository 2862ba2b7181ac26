/// Lines that are one JSON record, or an array of records: as logs write them, and as webhooks deliver them.
enum JSONRecords {
    /// Reads each record with `read`, which must read or skip all of it. Of a line with an unreadable record no event
    /// counts: the line is quarantined as a whole.
    @inline(__always)
    static func read(
        _ line: LineBytes,
        into events: inout [MailEvent],
        _ read: (inout JSONScanner, inout [MailEvent]) -> LineOutcome
    ) -> LineOutcome {
        let mark = events.count
        var scanner = JSONScanner(line: line)
        var outcome: LineOutcome
        switch scanner.next {
        case UInt8(ascii: "{"): outcome = read(&scanner, &events)
        case UInt8(ascii: "["):
            outcome = .nothing(at: nil)
            let isWhole = scanner.elements { scanner in
                guard scanner.next == UInt8(ascii: "{") else {
                    outcome = .unreadable(scanner.isAtEnd ? .badEncoding : .notThisFormat)
                    return false
                }
                let one = read(&scanner, &events)
                outcome = joined(outcome, one)
                if case .unreadable = one { return false }
                return true
            }
            if !isWhole, !outcome.isUnreadable { outcome = .unreadable(.badEncoding) }
        default: return .unreadable(.notThisFormat)
        }
        if !outcome.isUnreadable, !scanner.isAtEnd { outcome = .unreadable(.badEncoding) }
        if outcome.isUnreadable { events.removeSubrange(mark...) }
        return outcome
    }

    /// What two records of one line are together.
    private static func joined(_ first: LineOutcome, _ second: LineOutcome) -> LineOutcome {
        switch (first, second) {
        case (_, .unreadable): second
        case (.events, _), (_, .events): .events
        case (.nothing(let time), .nothing(let other)):
            .nothing(at: time.map { max($0, other ?? $0) } ?? other)
        case (.unreadable, _): first
        }
    }

    /// Puts each record of a webhook's body on a line of its own, as a log has it: an array's elements, or the one
    /// object or the objects line by line that the body is. Line feeds between a record's parts become spaces.
    ///
    /// - Returns: lines with their line feeds; nil if the body is not whole JSON. The records themselves may still be
    ///   none of any format.
    static func lines(ofBody body: UnsafeRawBufferPointer) -> [UInt8]? {
        // Line feeds cannot stand inside of JSON's strings, so that a space in their place changes nothing.
        let flat = body.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
        return flat.withUnsafeBytes { bytes in
            guard let line = LineBytes(bytes) else { return [] }
            var scanner = JSONScanner(line: line)
            var lines: [UInt8] = []
            func take(_ scanner: inout JSONScanner) -> Bool {
                guard let value = scanner.value(), value.kind == .object else { return false }
                lines += bytes[value.start - 1...value.end] + [0x0A]
                return true
            }
            while !scanner.isAtEnd {
                let isWhole = scanner.next == UInt8(ascii: "[") ? scanner.elements(take) : take(&scanner)
                guard isWhole else { return nil }
            }
            return lines
        }
    }
}

extension LineOutcome {
    fileprivate var isUnreadable: Bool {
        if case .unreadable = self { return true }
        return false
    }
}

extension LogFormat {
    /// What a webhook's body is as lines of a log of this format, so that it can be spooled and read as one.
    ///
    /// - Returns: lines with their line feeds, none for a body without records; nil if the body is not whole JSON, or
    ///   the format is not one that webhooks deliver. A record that is longer than a line may be
    ///   (`ReaderLimits.longestLine`) is quarantined when it is read.
    package func lines(ofWebhookBody body: UnsafeRawBufferPointer) -> [UInt8]? {
        switch self {
        case .momentumJSON, .kumomta: JSONRecords.lines(ofBody: body)
        case .postfix, .momentumMainlog, .momentumBouncelog, .momentumRejectlog, .momentumFbllog, .exim, .powermta: nil
        }
    }
}
