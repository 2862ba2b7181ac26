/// Reads one log format. A value: it holds nothing but the small `state` that has to be carried from line to line.
///
/// A parser is pure: the same state, the same `newestPossible` and the same line give the same events, on any machine.
/// It never traps and never throws, however damaged the line: what it cannot read is `.unreadable`.
package protocol LogParser: Sendable {
    /// Reads one line.
    ///
    /// - Parameters:
    ///   - line: the bytes of one line without its line feed. A trailing carriage return may be there.
    ///   - events: events of the line are appended, their fields relative to `line`.
    mutating func parse(_ line: UnsafeRawBufferPointer, into events: inout [MailEvent]) -> LineOutcome

    /// The newest time that a line can have, microseconds since 1970 UTC; `.max` at first. A parser has no clock: the
    /// caller sets it before it hands lines over, to its own clock or, if that is earlier, the file's modification
    /// time, plus a day for clocks that are wrong.
    ///
    /// An event after it, or before 1990, is `.unreadable(.impossibleTime)`, and the year of later stamps is not
    /// inferred from it: so one stamp of a server that booted without its clock does not spoil the lines after it.
    var newestPossible: Int64 { get set }

    /// What has to be stored with the position so that reading can go on: the year and the last stamp, a CSV header.
    /// At most 64 KiB, opaque to everyone else.
    var state: [UInt8] { get }

    /// `LogParser+Lines.swift` has it for every parser. A requirement so that a reader of any format calls the copy
    /// that was compiled for the parser.
    mutating func readLines(
        _ chunk: UnsafeRawBufferPointer,
        at position: Int64,
        counting unit: PositionUnit,
        endsFile: Bool,
        isInsideLongLine: inout Bool,
        into batch: inout EventBatch
    ) -> Int
}

/// What a line was.
package enum LineOutcome: Sendable, Equatable {
    /// Events were appended.
    case events
    /// A line that is well-formed and tells no event, with its time where it has one (microseconds since 1970 UTC).
    case nothing(at: Int64?)
    /// A line that is not of this format, or is damaged. Goes to quarantine with the reason.
    case unreadable(UnreadableReason)
}

/// Why a line could not be read. The raw value is stored and shown.
package enum UnreadableReason: String, Sendable, CaseIterable {
    case noTimestamp = "no timestamp where the format has one"
    case impossibleTime = "a time that cannot be (before 1990, or ahead of the clock)"
    case unknownRecord = "a record type that is not known"
    case missingField = "a field is missing"
    case badNumber = "a number that cannot be read"
    case badEncoding = "broken quoting or escaping"
    case noHeader = "no header line before it that names the columns"
    case tooLong = "longer than a line may be"
    case noDaemon =
        "the program is \"postfix\" without a daemon behind a slash (rsyslog: parser.permitSlashInProgramName)"
    case notThisFormat = "not a line of this format"
}
