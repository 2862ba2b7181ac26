/// What the database gives numbers to. The raw value is the `kind` of `ingest_v1.intern`.
enum TermKind: String, CaseIterable {
    case domain
    case binding
    case host
    case reason

    /// The number of "the log does not tell".
    static let untold: Int32 = 0
    /// The number of "other".
    static let other: Int32 = 1
    /// Bytes of a text that gets a number; longer ones are "other".
    static let maximumLength = 255
}
