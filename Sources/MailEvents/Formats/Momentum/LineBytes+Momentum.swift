extension LineBytes {
    /// The stamp before the first `@`: seconds since 1970 in 10 digits, or microseconds in 16
    /// (`log_hires_timestamp`). In microseconds.
    @inline(__always)
    var momentumTime: Int64? { momentumTime(before: UInt8(ascii: "@")) }

    /// The stamp that the line begins with, of 10 or 16 digits, before `mark`. In microseconds.
    @inline(__always)
    func momentumTime(before mark: UInt8) -> Int64? {
        if self[10] == mark { return number(0, 10).map { $0 &* 1_000_000 } }
        return self[16] == mark ? number(0, 16) : nil
    }

    /// Whether a field is a heartbeat's type: `M` or, of 3.x, `M1`.
    @inline(__always)
    func isHeartbeat(_ type: Field) -> Bool {
        let start = Int(type.offset)
        guard self[start] == UInt8(ascii: "M") else { return false }
        return type.length == 1 || (type.length == 2 && digit(at: start + 1) < 10)
    }

    /// Whether a field is this one letter.
    @inline(__always)
    func isLetter(_ letter: Unicode.Scalar, _ field: Field) -> Bool {
        field.length == 1 && self[Int(field.offset)] == UInt8(ascii: letter)
    }
}
