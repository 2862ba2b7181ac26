import MailEvents

extension [KnownFile] {
    /// Adds a file of which nothing is read yet.
    mutating func append(unread name: String, _ fingerprint: FileFingerprint) -> KnownFile {
        let file = KnownFile(
            fileID: Int64(count + 1),
            position: 0,
            cursor: "",
            parserState: [],
            fingerprint: fingerprint,
            name: name
        )
        append(file)
        return file
    }
}
