/// The offset of a local time from UTC, for stamps that carry no zone. A table of changes, so that a parser stays
/// pure: the caller makes it from the machine's zone.
package struct LocalZone: Sendable, Equatable {
    /// From `utc` (microseconds since 1970) on, local time is UTC plus `offset` seconds.
    package struct Change: Sendable, Equatable {
        package var utc: Int64
        package var offset: Int32

        package init(utc: Int64, offset: Int32) {
            self.utc = utc
            self.offset = offset
        }
    }

    /// Ascending by `utc`; the first holds for all times before the second.
    package var changes: [Change]

    package static let utc = LocalZone(changes: [Change(utc: .min, offset: 0)])

    package init(changes: [Change]) {
        self.changes = changes
    }
}
