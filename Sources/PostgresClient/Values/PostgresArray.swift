/// A value that PostgreSQL has an array type for.
package protocol PostgresArrayElement: PostgresEncodable {
    /// OID of the array type in `pg_type`.
    static var arrayOID: UInt32 { get }
}

extension Int16: PostgresArrayElement { package static var arrayOID: UInt32 { 1005 } }
extension Int32: PostgresArrayElement { package static var arrayOID: UInt32 { 1007 } }
extension Int64: PostgresArrayElement { package static var arrayOID: UInt32 { 1016 } }
extension String: PostgresArrayElement { package static var arrayOID: UInt32 { 1009 } }
extension Bytes: PostgresArrayElement { package static var arrayOID: UInt32 { 1001 } }
extension Timestamp: PostgresArrayElement { package static var arrayOID: UInt32 { 1185 } }

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    package static var oid: UInt32 { Element.arrayOID }

    /// One dimension, no NULLs: `array_send`.
    package func encode(into buffer: inout [UInt8]) {
        Int32(isEmpty ? 0 : 1).appendBigEndian(to: &buffer)
        Int32(0).appendBigEndian(to: &buffer)
        Element.oid.appendBigEndian(to: &buffer)
        guard !isEmpty else { return }
        Int32(count).appendBigEndian(to: &buffer)
        Int32(1).appendBigEndian(to: &buffer)
        for element in self {
            let start = buffer.count
            Int32(0).appendBigEndian(to: &buffer)
            element.encode(into: &buffer)
            let length = Int32(buffer.count - start - 4)
            Swift.withUnsafeBytes(of: length.bigEndian) { buffer.replaceSubrange(start..<start + 4, with: $0) }
        }
    }
}
