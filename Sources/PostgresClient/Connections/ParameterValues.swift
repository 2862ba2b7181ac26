internal import CLibPQ

/// Parameters in the form that libpq takes: one buffer, with pointers, lengths and formats into it.
struct ParameterValues {
    private var buffer: [UInt8] = []
    /// Where each value begins; nil for NULL.
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []

    init(_ parameters: [(any PostgresEncodable)?]) {
        for parameter in parameters {
            guard let parameter else {
                offsets.append(nil)
                lengths.append(0)
                continue
            }
            let start = buffer.count
            parameter.encode(into: &buffer)
            offsets.append(start)
            lengths.append(Int32(buffer.count - start))
        }
        // An empty buffer has no address, and a parameter without one would be NULL.
        buffer.append(0)
    }

    func execute(_ name: String, on connection: OpaquePointer) -> OpaquePointer? {
        withPointers { count, values, lengths, formats in
            PQexecPrepared(connection, name, count, values, lengths, formats, 1)
        }
    }

    /// True if the statement was sent.
    func send(_ name: String, on connection: OpaquePointer) -> Bool {
        withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1) == 1
        }
    }

    private func withPointers<T>(
        _ body: (Int32, [UnsafePointer<CChar>?], [Int32], [Int32]) -> T
    ) -> T {
        buffer.withUnsafeBytes { bytes in
            let start = bytes.bindMemory(to: CChar.self).baseAddress
            let values = offsets.map { offset in offset.flatMap { start?.advanced(by: $0) } }
            return body(Int32(offsets.count), values, lengths, [Int32](repeating: 1, count: offsets.count))
        }
    }
}
