package import struct Foundation.Date
package import struct Foundation.UUID

/// A Swift value that can be a parameter, in PostgreSQL's binary form (`src/backend/utils/adt/*send`).
package protocol PostgresEncodable: Sendable {
    /// OID of the type in `pg_type`.
    static var oid: UInt32 { get }

    /// Appends the value in network byte order.
    func encode(into buffer: inout [UInt8])
}

extension FixedWidthInteger {
    /// Appends the integer in network byte order.
    package func appendBigEndian(to buffer: inout [UInt8]) {
        withUnsafeBytes(of: bigEndian) { buffer.append(contentsOf: $0) }
    }
}

extension Bool: PostgresEncodable {
    package static var oid: UInt32 { 16 }
    package func encode(into buffer: inout [UInt8]) { buffer.append(self ? 1 : 0) }
}

extension Int16: PostgresEncodable {
    package static var oid: UInt32 { 21 }
    package func encode(into buffer: inout [UInt8]) { appendBigEndian(to: &buffer) }
}

extension Int32: PostgresEncodable {
    package static var oid: UInt32 { 23 }
    package func encode(into buffer: inout [UInt8]) { appendBigEndian(to: &buffer) }
}

extension Int64: PostgresEncodable {
    package static var oid: UInt32 { 20 }
    package func encode(into buffer: inout [UInt8]) { appendBigEndian(to: &buffer) }
}

extension Double: PostgresEncodable {
    package static var oid: UInt32 { 701 }
    package func encode(into buffer: inout [UInt8]) { bitPattern.appendBigEndian(to: &buffer) }
}

extension String: PostgresEncodable {
    package static var oid: UInt32 { 25 }
    package func encode(into buffer: inout [UInt8]) { buffer.append(contentsOf: utf8) }
}

/// A `bytea` parameter. Its own type because `[UInt8]` would be an array to PostgreSQL.
package struct Bytes: PostgresEncodable, Equatable {
    package static var oid: UInt32 { 17 }
    package var content: [UInt8]

    package init(_ content: [UInt8]) {
        self.content = content
    }

    package func encode(into buffer: inout [UInt8]) { buffer.append(contentsOf: content) }
}

extension UUID: PostgresEncodable {
    package static var oid: UInt32 { 2950 }
    package func encode(into buffer: inout [UInt8]) {
        withUnsafeBytes(of: uuid) { buffer.append(contentsOf: $0) }
    }
}

extension Date: PostgresEncodable {
    package static var oid: UInt32 { 1184 }
    package func encode(into buffer: inout [UInt8]) { Timestamp(self).encode(into: &buffer) }
}

/// A `timestamptz` to the microsecond.
package struct Timestamp: PostgresEncodable, Equatable {
    package static var oid: UInt32 { 1184 }

    /// Microseconds from 1970-01-01 to PostgreSQL's epoch, 2000-01-01, both UTC.
    package static let epoch: Int64 = 946_684_800_000_000

    /// Microseconds since 1970-01-01 00:00:00 UTC. `Int64.max` is PostgreSQL's `infinity`, `Int64.min` `-infinity`.
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// A date beyond what `Int64` holds, or that is not a number, becomes infinite.
    package init(_ date: Date) {
        let exact = (date.timeIntervalSince1970 * 1_000_000).rounded()
        microseconds = Int64(exactly: exact) ?? (exact < 0 ? .min : .max)
    }

    package var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    package func encode(into buffer: inout [UInt8]) {
        Timestamp.wireForm(of: microseconds).appendBigEndian(to: &buffer)
    }

    /// Microseconds since 2000-01-01. What is too early for that is `-infinity`, never a trap.
    @inline(__always)
    static func wireForm(of microseconds: Int64) -> Int64 {
        let (value, isTooEarly) = microseconds.subtractingReportingOverflow(epoch)
        return microseconds == .max ? .max : isTooEarly ? .min : value
    }
}
