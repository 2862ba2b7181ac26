/// A piece of a log line: where it begins, how long it is, and how it is escaped there.
///
/// Parsers return fields, not strings, so that a line costs no allocation; the bytes are looked up in the line when a
/// value is needed. `EventBatch` relocates fields into its own buffer.
package struct Field: Sendable, Equatable {
    /// How the bytes of a field must be read.
    package enum Escaping: UInt8, Sendable {
        /// As they stand.
        case none
        /// `\` before a character means that character (Momentum).
        case backslash
        /// A JSON string's content, without its quotes (RFC 8259).
        case json
        /// A quoted CSV field's content, `""` means `"` (RFC 4180).
        case csv
        /// A quoted local part inside a quoted CSV field, without the outer quotes of both.
        case csvQuotedLocalPart
        /// `\` quotes inside a quoted local part (RFC 5321 `quoted-string`), without the outer quotes.
        case quotedLocalPart
        /// A quoted local part inside a JSON string.
        case jsonQuotedLocalPart
        /// A piece of a JSON array of byte numbers, `80,111,115`: how journald writes a text that is not UTF-8.
        case jsonBytes
        /// A quoted local part inside a JSON array of byte numbers.
        case jsonBytesQuotedLocalPart
    }

    /// Bytes from the beginning of the line, or of the batch's buffer.
    package var offset: UInt32
    /// Bytes. 0 means that the line does not tell.
    package var length: UInt32
    package var escaping: Escaping

    /// The field of a line that does not tell.
    package static let absent = Field(offset: 0, length: 0)

    package init(offset: UInt32, length: UInt32, escaping: Escaping = .none) {
        self.offset = offset
        self.length = length
        self.escaping = escaping
    }

    @inlinable package var isEmpty: Bool { length == 0 }
}
