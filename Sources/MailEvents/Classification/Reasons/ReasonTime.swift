/// Times in replies: RFC 5322 dates, asctime, ISO 8601, clocks, calendar dates, with their zones.
struct ReasonTime {
    private let text: UnsafeRawBufferPointer

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
    }

    /// Whether a word is one: `10:04:05.678`, `2026-03-05T10:04:05Z`, `05/03/2026`.
    func isTime(_ range: Range<Int>) -> Bool {
        guard range.count >= 4, ReasonBytes.isDigit(text[range.lowerBound]) else { return false }
        var cursor = ReasonCursor(text, range)
        if clock(&cursor), cursor.isAtEnd { return true }
        cursor = ReasonCursor(text, range)
        guard calendarDate(&cursor) else { return false }
        if cursor.isAtEnd { return true }
        guard cursor.take(UInt8(ascii: "T")) || cursor.take(UInt8(ascii: "_")) || cursor.take(UInt8(ascii: "-")),
            clock(&cursor)
        else { return false }
        if cursor.take(UInt8(ascii: "Z")) || cursor.isAtEnd { return cursor.isAtEnd }
        guard cursor.take(UInt8(ascii: "+")) || cursor.take(UInt8(ascii: "-")), cursor.digits(2...4) else {
            return false
        }
        if cursor.take(UInt8(ascii: ":")) { return cursor.digits(2...2) && cursor.isAtEnd }
        return cursor.isAtEnd
    }

    /// The end of a zone behind a time, ` +0100` or ` GMT`; else `place`.
    func zone(at place: Int) -> Int {
        var cursor = ReasonCursor(text, place..<text.count)
        guard cursor.take(0x20) else { return place }
        if cursor.take(UInt8(ascii: "+")) || cursor.take(UInt8(ascii: "-")) {
            return cursor.digits(4...4) && endsWord(cursor.index) ? cursor.index : place
        }
        return cursor.word(of: "gmtutcestedtcstcdtmstmdtpstpdtbstcetmetmsk") ? cursor.index : place
    }

    /// The end of a date of several words that begins at `place`: `Thu, 05 Mar 2026 10:04:05 +0100`,
    /// `Thu Mar 5 10:04:05 2026`, `5 Mar 2026`, `05-Mar-2026`. Nil if there is none.
    @inline(__always)
    func date(at place: Int) -> Int? {
        let byte = text[place]
        guard ReasonBytes.isDigit(byte) || Self.beginsWeekday(byte) else { return nil }
        return longDate(at: place)
    }

    @inline(__always)
    private static func beginsWeekday(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "m"), UInt8(ascii: "t"), UInt8(ascii: "w"), UInt8(ascii: "f"), UInt8(ascii: "s"): true
        default: false
        }
    }

    private func longDate(at place: Int) -> Int? {
        var cursor = ReasonCursor(text, place..<text.count)
        let hasDay = cursor.word(of: "montuewedthufrisatsun")
        guard hasDay || ReasonBytes.isDigit(text[place]) else { return nil }
        if hasDay {
            _ = cursor.take(UInt8(ascii: ","))
            cursor.blanks()
            var asctime = cursor
            if let end = asctimeEnd(&asctime) { return end }
        }
        guard cursor.digits(1...2), cursor.take(0x20) || cursor.take(UInt8(ascii: "-")),
            cursor.word(of: Self.months), cursor.take(0x20) || cursor.take(UInt8(ascii: "-")), cursor.digits(2...4)
        else { return nil }
        return endOfClock(cursor)
    }

    private static let months: StaticString = "janfebmaraprmayjunjulaugsepoctnovdec"

    /// Behind the weekday: `Mar 5 10:04:05 2026`, a zone before the year.
    private func asctimeEnd(_ cursor: inout ReasonCursor) -> Int? {
        guard cursor.word(of: Self.months) else { return nil }
        cursor.blanks()
        guard cursor.digits(1...2), cursor.take(0x20), clock(&cursor) else { return nil }
        var year = ReasonCursor(text, zone(at: cursor.index)..<text.count)
        guard year.take(0x20), year.digits(4...4), endsWord(year.index) else { return zone(at: cursor.index) }
        return year.index
    }

    /// The clock and the zone that may follow a date.
    private func endOfClock(_ cursor: ReasonCursor) -> Int? {
        var next = cursor
        guard next.take(0x20), clock(&next), endsWord(next.index) else {
            return endsWord(cursor.index) ? cursor.index : nil
        }
        return zone(at: next.index)
    }

    private func endsWord(_ place: Int) -> Bool {
        place >= text.count || !ReasonBytes.isWord(text[place])
    }

    /// `10:04`, `10:04:05`, `10:04:05.678`.
    private func clock(_ cursor: inout ReasonCursor) -> Bool {
        guard cursor.digits(1...2), cursor.take(UInt8(ascii: ":")), cursor.digits(2...2) else { return false }
        guard cursor.take(UInt8(ascii: ":")) else { return true }
        guard cursor.digits(2...2) else { return false }
        if cursor.take(UInt8(ascii: ".")) { return cursor.digits(1...9) }
        return true
    }

    /// `2026-03-05`, `2026/03/05`, `05/03/2026`, `05.03.2026`.
    private func calendarDate(_ cursor: inout ReasonCursor) -> Bool {
        var yearFirst = cursor
        if yearFirst.digits(4...4), yearFirst.take(UInt8(ascii: "-")) || yearFirst.take(UInt8(ascii: "/")),
            yearFirst.digits(1...2), yearFirst.take(UInt8(ascii: "-")) || yearFirst.take(UInt8(ascii: "/")),
            yearFirst.digits(1...2)
        {
            cursor = yearFirst
            return true
        }
        return cursor.digits(1...2) && (cursor.take(UInt8(ascii: "/")) || cursor.take(UInt8(ascii: ".")))
            && cursor.digits(1...2) && (cursor.take(UInt8(ascii: "/")) || cursor.take(UInt8(ascii: ".")))
            && cursor.digits(4...4)
    }
}
