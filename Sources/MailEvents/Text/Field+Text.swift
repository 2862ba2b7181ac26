extension Field {
    /// Gives the field's plain bytes, unescaped and in `form`, to `body`: the buffer's own bytes where they are plain
    /// already, else a copy that lives as long as the call.
    ///
    /// - Parameter bytes: what the field points into: a batch's `bytes`, or the line. A field that points outside of
    ///   it is empty.
    @inlinable
    package func withPlainBytes<Result>(
        in bytes: UnsafeRawBufferPointer,
        form: FieldForm = .verbatim,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let raw = rawBytes(in: bytes)
        if escaping == .none, form.holds(raw) { return try body(raw) }
        return try withUnsafeTemporaryAllocation(byteCount: raw.count, alignment: 1) { plain in
            let count = write(to: plain, from: bytes, form: form)
            return try body(UnsafeRawBufferPointer(rebasing: plain[..<count]))
        }
    }

    /// Writes the field's plain bytes into the caller's buffer. Gives how many there are.
    ///
    /// - Parameter target: at least `length` bytes: no text is longer than its escaped form. A smaller one gets
    ///   nothing.
    package func write(
        to target: UnsafeMutableRawBufferPointer,
        from bytes: UnsafeRawBufferPointer,
        form: FieldForm = .verbatim
    ) -> Int {
        let raw = rawBytes(in: bytes)
        guard target.count >= raw.count, !raw.isEmpty else { return 0 }
        let count = Unescaping.write(raw, escaping: escaping, to: target)
        return form.normalise(UnsafeMutableRawBufferPointer(rebasing: target[..<count]))
    }

    /// The field's text. What is not UTF-8 becomes U+FFFD. Not for the hot path.
    package func text(in bytes: UnsafeRawBufferPointer, form: FieldForm = .verbatim) -> String {
        withPlainBytes(in: bytes, form: form) { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes as they stand; none if the field points outside.
    @inlinable
    @inline(__always)
    package func rawBytes(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let limit = UInt64(offset) + UInt64(length)
        guard limit <= UInt64(bytes.count) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: bytes[Int(offset)..<Int(limit)])
    }
}

extension EventBatch {
    /// The text of one of the batch's fields. What is not UTF-8 becomes U+FFFD. Not for the hot path.
    package func text(_ field: Field, form: FieldForm = .verbatim) -> String {
        bytes.withUnsafeBytes { field.text(in: $0, form: form) }
    }
}
