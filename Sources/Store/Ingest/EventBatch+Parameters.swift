internal import MailEvents
internal import PostgresClient

extension EventBatch {
    /// The parameters of `ingest/commit`.
    func parameters(
        source: Int32,
        epoch: Int64,
        unread: [LineUnread],
        readUpTo: Int64?,
        scrubber: AddressScrubber
    ) -> [(any PostgresEncodable)?] {
        let lines = bytes.withUnsafeBytes { bytes in
            unread.map { line in
                let raw = line.text.rawBytes(in: bytes)
                return Bytes(scrubber.isNeeded ? scrubber.scrub(raw) : Array(raw))
            }
        }
        return [
            source, epoch, fileID, from, to, cursor, Bytes(parserState),
            fingerprint.headLength, Bytes(fingerprint.headHash),
            fingerprint.tailLength, Bytes(fingerprint.tailHash),
            readUpTo.map { Timestamp(microseconds: $0) }, self.lines,
            unread.map(\.position), unread.map(\.reason.rawValue), lines,
            contentHash.map { Int64(bitPattern: $0) },
            marks.map(\.position), marks.map { Int64(bitPattern: $0.hash) },
        ]
    }
}

extension KnownFile {
    /// Reads a row of `ingest/files`.
    init(_ row: Row) throws {
        self.init(
            fileID: try row.get("file_id"),
            position: try row.get("position"),
            cursor: try row.get("cursor"),
            parserState: try row.get("parser_state", as: Bytes.self).content,
            fingerprint: FileFingerprint(
                headLength: try row.get("head_length"),
                headHash: try row.get("head_hash", as: Bytes.self).content,
                tailLength: try row.get("tail_length"),
                tailHash: try row.get("tail_hash", as: Bytes.self).content
            ),
            contentHash: try row.find("content_hash", as: Int64.self).map { UInt64(bitPattern: $0) },
            name: try row.get("name"),
            isImported: try row.get("is_imported")
        )
    }
}

extension KeyedHash {
    /// The key as the database keeps it: 16 bytes, little endian.
    init(key: [UInt8]) {
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.init(key0: word(key.prefix(8)), key1: word(key.dropFirst(8).prefix(8)))
    }
}
