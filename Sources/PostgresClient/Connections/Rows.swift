internal import CLibPQ

/// The rows of one result. Values are decoded when they are asked for.
package struct Rows: Sendable, RandomAccessCollection {
    private let result: ResultHandle
    private let columns: [String: Int32]

    init(_ result: ResultHandle) {
        self.result = result
        var columns: [String: Int32] = [:]
        for index in 0..<PQnfields(result.pointer) {
            if let name = PQfname(result.pointer, index) { columns[String(cString: name)] = index }
        }
        self.columns = columns
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { Int(PQntuples(result.pointer)) }

    package subscript(position: Int) -> Row {
        Row(result: result, columns: columns, row: Int32(position))
    }

    /// Rows that an INSERT, UPDATE, DELETE or COPY touched; 0 for others.
    package var affected: Int {
        guard let text = PQcmdTuples(result.pointer) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// The only row. Throws if there is not exactly one.
    package func one() throws -> Row {
        guard count == 1, let row = first else {
            throw PostgresClientError.unexpectedResult("expected one row, got \(count)")
        }
        return row
    }
}

/// One row of a result.
package struct Row: Sendable {
    fileprivate let result: ResultHandle
    fileprivate let columns: [String: Int32]
    fileprivate let row: Int32

    /// The value of a column that is never NULL.
    package func get<T: PostgresDecodable>(_ column: String, as: T.Type = T.self) throws -> T {
        guard let value = try find(column, as: T.self) else {
            throw PostgresClientError.undecodable(column: column, reason: "is NULL")
        }
        return value
    }

    /// The same for the type that most columns of large results have, without what a generic call costs.
    package func get(_ column: String) throws -> Int64 {
        guard let value: Int64 = try find(column) else {
            throw PostgresClientError.undecodable(column: column, reason: "is NULL")
        }
        return value
    }

    /// The value of a column; nil if it is NULL.
    package func find<T: PostgresDecodable>(_ column: String, as: T.Type = T.self) throws -> T? {
        guard let index = columns[column] else {
            throw PostgresClientError.undecodable(column: column, reason: "the result has no such column")
        }
        guard PQgetisnull(result.pointer, row, index) == 0 else { return nil }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(result.pointer, row, index),
            count: Int(PQgetlength(result.pointer, row, index))
        )
        let oid = PQftype(result.pointer, index)
        guard let value = T(postgres: bytes, oid: oid) else {
            throw PostgresClientError.undecodable(column: column, reason: "type \(oid) is not a \(T.self)")
        }
        return value
    }
}

/// Owns a `PGresult`.
///
/// `@unchecked Sendable`: the result is never changed after it was made, libpq's accessors of a result only read
/// (documentation of libpq, "Behavior in Threaded Programs"), and it is freed once, here.
final class ResultHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQclear(pointer)
    }
}
