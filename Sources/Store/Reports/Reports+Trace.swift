internal import MailEvents
internal import PostgresClient

extension Reports {
    /// A page of messages with all that happened to them, the newest first.
    package func trace(_ query: TraceQuery) async throws -> TracePage {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            let key: Bytes = try await connection.query(SQLFile.query("reports/trace_key")).one().get("key")
            let hash = KeyedHash(key: key.content)
            let size = min(max(query.pageSize, 1), 200)
            let rows = try await connection.query(
                SQLFile.query("reports/trace"),
                [
                    query.period.from, query.period.to,
                    query.recipient.flatMap { Self.given($0) }.map { hash.hash(address: $0) },
                    query.sender.flatMap { Self.given($0) }.map { hash.hash(address: $0) },
                    query.message.flatMap { Self.given($0) }.map { hash.hash(text: $0) },
                    query.reply.flatMap { Self.given($0) }, query.node.flatMap { Self.given($0) },
                    query.after.map { Timestamp(microseconds: $0.time) }, query.after?.message, query.after?.node,
                    Int32(size),
                ]
            )
            return try TracePage(rows, pageSize: size)
        }
    }

    private static func given(_ text: String) -> String? { text.isEmpty ? nil : text }
}

extension KeyedHash {
    /// The hash of an address as a person writes it: with or without angle brackets, its local part quoted or not.
    func hash(address text: String) -> Int64 {
        var text = Substring(text)
        if text.hasPrefix("<"), text.hasSuffix(">") { text = text.dropFirst().dropLast() }
        let at = text.lastIndex(of: "@")
        var local = at.map { text[..<$0] } ?? text
        let domain = at.map { text[text.index(after: $0)...] } ?? ""
        let isQuoted = local.utf8.count >= 2 && local.hasPrefix("\"") && local.hasSuffix("\"")
        if isQuoted { local = local.dropFirst().dropLast() }
        let bytes = Array(local.utf8) + Array(domain.utf8)
        return bytes.withUnsafeBytes { bytes in
            let length = UInt32(local.utf8.count)
            return Int64(
                bitPattern: hash(
                    local: Field(offset: 0, length: length, escaping: isQuoted ? .quotedLocalPart : .none),
                    domain: Field(offset: length, length: UInt32(domain.utf8.count)),
                    in: bytes
                )
            )
        }
    }

    /// The hash of an id as the server writes it.
    func hash(text: String) -> Int64 {
        Array(text.utf8).withUnsafeBytes { Int64(bitPattern: hash($0)) }
    }
}
