package import struct Foundation.Date
package import struct Foundation.UUID

/// A Swift value that can be read from a column, in PostgreSQL's binary form.
package protocol PostgresDecodable: Sendable {
    /// - Parameters:
    ///   - bytes: the column's content, not NULL.
    ///   - oid: the column's type.
    /// - Returns: nil if the type does not fit.
    init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32)
}

/// Reads an integer in network byte order; nil if there are fewer bytes.
func readBigEndian<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0, as: T.Type) -> T? {
    guard offset >= 0, bytes.count - offset >= MemoryLayout<T>.size else { return nil }
    return T(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
}

extension Bool: PostgresDecodable {
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        guard oid == Bool.oid, bytes.count == 1 else { return nil }
        self = bytes[0] != 0
    }
}

extension Int64: PostgresDecodable {
    /// Reads any integer type.
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        switch oid {
        case Int64.oid: guard let value = readBigEndian(bytes, as: Int64.self) else { return nil }; self = value
        case Int32.oid: guard let value = readBigEndian(bytes, as: Int32.self) else { return nil }; self.init(value)
        case Int16.oid: guard let value = readBigEndian(bytes, as: Int16.self) else { return nil }; self.init(value)
        case 26: guard let value = readBigEndian(bytes, as: UInt32.self) else { return nil }; self.init(value)
        default: return nil
        }
    }
}

extension Int32: PostgresDecodable {
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        guard let value = Int64(postgres: bytes, oid: oid) else { return nil }
        self.init(exactly: value)
    }
}

extension Int: PostgresDecodable {
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        guard let value = Int64(postgres: bytes, oid: oid) else { return nil }
        self.init(exactly: value)
    }
}

extension Double: PostgresDecodable {
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        switch oid {
        case Double.oid:
            guard let bits = readBigEndian(bytes, as: UInt64.self) else { return nil }
            self.init(bitPattern: bits)
        case 700:
            guard let bits = readBigEndian(bytes, as: UInt32.self) else { return nil }
            self.init(Float(bitPattern: bits))
        default:
            guard let value = Int64(postgres: bytes, oid: oid) else { return nil }
            self.init(value)
        }
    }
}

extension String: PostgresDecodable {
    /// Reads `text`, `varchar`, `bpchar`, `name`, `json`, `xml`, `unknown`, "char" and enums: all that are sent as text.
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        switch oid {
        case 16, 17, 20, 21, 23, 26, 700, 701, 1082, 1083, 1114, 1184, 1186, 1700, 2950, 3802: return nil
        default: self.init(decoding: bytes, as: UTF8.self)
        }
    }
}

extension Bytes: PostgresDecodable {
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        guard oid == Bytes.oid else { return nil }
        self.init([UInt8](bytes))
    }
}

extension UUID: PostgresDecodable {
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        guard oid == UUID.oid, bytes.count == 16 else { return nil }
        var uuid = UUID().uuid
        withUnsafeMutableBytes(of: &uuid) { $0.copyMemory(from: bytes) }
        self.init(uuid: uuid)
    }
}

extension Timestamp: PostgresDecodable {
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        guard oid == Timestamp.oid, let value = readBigEndian(bytes, as: Int64.self) else { return nil }
        switch value {
        case .max: self.init(microseconds: .max)
        case .min: self.init(microseconds: .min)
        default: self.init(microseconds: value + Timestamp.epoch)
        }
    }
}

extension Date: PostgresDecodable {
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        guard let timestamp = Timestamp(postgres: bytes, oid: oid) else { return nil }
        self = timestamp.date
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable & PostgresArrayElement {
    /// Reads arrays of one dimension without NULLs.
    package init?(postgres bytes: UnsafeRawBufferPointer, oid: UInt32) {
        guard oid == Element.arrayOID, let dimensions = readBigEndian(bytes, as: Int32.self), dimensions <= 1,
            let element = readBigEndian(bytes, at: 8, as: UInt32.self)
        else { return nil }
        self = []
        guard dimensions == 1, let count = readBigEndian(bytes, at: 12, as: Int32.self), count >= 0 else { return }
        var offset = 20
        for _ in 0..<count {
            guard let length = readBigEndian(bytes, at: offset, as: Int32.self), length >= 0,
                bytes.count - offset - 4 >= Int(length)
            else { return nil }
            let slice = UnsafeRawBufferPointer(rebasing: bytes[offset + 4..<offset + 4 + Int(length)])
            guard let value = Element(postgres: slice, oid: element) else { return nil }
            append(value)
            offset += 4 + Int(length)
        }
    }
}
