/// Rows for `Connection.copyIn(_:encoding:)`.
package protocol CopyRows: Sendable {
    /// Adds about `BinaryCopyBuffer.portion` bytes of rows. Runs on the connection's own thread.
    ///
    /// - Returns: whether there are more.
    mutating func add(to buffer: inout BinaryCopyBuffer) -> Bool
}
