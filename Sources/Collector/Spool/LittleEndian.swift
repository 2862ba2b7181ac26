extension [UInt8] {
    mutating func appendLittle(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

extension RawSpan {
    /// The number at `offset`; the caller has checked that it lies inside.
    func little<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type, at offset: Int) -> Value {
        Value(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    func fileKey(at offset: Int) -> FileKey {
        FileKey(
            high: UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)),
            low: UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
        )
    }

    func array(_ range: Range<Int>) -> [UInt8] {
        extracting(range).withUnsafeBytes { Array($0) }
    }

    func starts(with bytes: [UInt8], at offset: Int) -> Bool {
        guard offset + bytes.count <= byteCount else { return false }
        for (index, byte) in bytes.enumerated()
        where unsafeLoad(fromByteOffset: offset + index, as: UInt8.self) != byte { return false }
        return true
    }
}
