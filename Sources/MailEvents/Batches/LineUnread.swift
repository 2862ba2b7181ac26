/// A line for quarantine: its bytes in the batch's buffer, where it stood in its file, and why it was not read.
package struct LineUnread: Sendable {
    /// Byte offset of the line's beginning in its (decompressed) file.
    package var position: Int64
    package var text: Field
    package var reason: UnreadableReason

    package init(position: Int64, text: Field, reason: UnreadableReason) {
        self.position = position
        self.text = text
        self.reason = reason
    }
}
