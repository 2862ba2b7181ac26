/// Rows for `COPY … FROM STDIN (FORMAT binary)`, encoded as they are added (PostgreSQL documentation, COPY, "Binary
/// Format"). Types must be exactly those of the columns: binary COPY converts nothing.
package struct BinaryCopyBuffer {
    /// The signature, flags and header extension that begin the data.
    private static let header: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)

    package private(set) var bytes: [UInt8] = []
    package private(set) var rows = 0

    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
        bytes += BinaryCopyBuffer.header
    }

    /// Empties the buffer and keeps its memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        bytes += BinaryCopyBuffer.header
        rows = 0
    }

    /// How much is gathered before it is sent: enough that sending costs little, and little enough that the server is
    /// at work while the next is encoded.
    package static let portion = 1 << 16

    /// Forgets what was sent; rows that come go on behind it.
    mutating func dropSent() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Begins a row of that many columns; as many `append` calls must follow.
    @inline(__always)
    package mutating func beginRow(columns: Int16) {
        append(raw: columns)
        rows += 1
    }

    @inline(__always)
    package mutating func append(_ value: Int16) {
        append(value, length: 2)
    }

    @inline(__always)
    package mutating func append(_ value: Int32) {
        append(value, length: 4)
    }

    @inline(__always)
    package mutating func append(_ value: Int64) {
        append(value, length: 8)
    }

    /// A `timestamptz`.
    ///
    /// - Parameter microsecondsSince1970: UTC.
    @inline(__always)
    package mutating func append(timestamp microsecondsSince1970: Int64) {
        append(Timestamp.wireForm(of: microsecondsSince1970))
    }

    /// A `text` or `bytea` value. Text must be valid UTF-8 without NUL: the caller sees to it.
    @inline(__always)
    package mutating func append(_ value: UnsafeRawBufferPointer) {
        append(raw: Int32(value.count))
        bytes.append(contentsOf: value)
    }

    @inline(__always)
    package mutating func appendNull() {
        append(raw: Int32(-1))
    }

    /// The trailer that ends the data. Nothing can be added after it until `removeAll`.
    package mutating func finish() {
        append(raw: Int16(-1))
    }

    /// Length and value in one piece.
    @inline(__always)
    private mutating func append(_ value: some FixedWidthInteger, length: Int) {
        var piece = (UInt64(0), UInt64(0))
        withUnsafeMutableBytes(of: &piece) { room in
            room.storeBytes(of: Int32(length).bigEndian, as: Int32.self)
            room.storeBytes(of: value.bigEndian, toByteOffset: 4, as: type(of: value))
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<(4 + length)]))
        }
    }

    @inline(__always)
    private mutating func append<T: FixedWidthInteger>(raw value: T) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
