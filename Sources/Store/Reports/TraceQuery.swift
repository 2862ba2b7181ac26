/// What a trace looks for: all criteria that are given must hold, and one must be.
package struct TraceQuery: Sendable, Equatable {
    /// When what matches happened.
    package var period: Period
    /// A whole address, in whatever letters.
    package var recipient: String?
    package var sender: String?
    /// The server's own id of a message: queue id, spool id, envelope id.
    package var message: String?
    /// A piece of a reply, in whatever letters.
    package var reply: String?
    package var node: String?
    /// Where the page before ended.
    package var after: TraceCursor?
    /// Messages a page, 1 to 200.
    package var pageSize: Int

    package init(period: Period, pageSize: Int = 20) {
        self.period = period
        self.pageSize = pageSize
    }

    /// Whether anything is looked for.
    package var hasCriterion: Bool {
        [recipient, sender, message, reply].contains { $0?.isEmpty == false }
    }
}

/// Where a page of a trace ended: the next one begins behind it, whatever has come meanwhile.
package struct TraceCursor: Sendable, Equatable, CustomStringConvertible {
    /// Microseconds since 1970 UTC.
    var time: Int64
    var message: Int64
    var node: Int16

    init(time: Int64, message: Int64, node: Int16) {
        self.time = time
        self.message = message
        self.node = node
    }

    /// Reads what `description` gave; nil if it is not that.
    package init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, let time = Int64(parts[0]), let message = Int64(parts[1]), let node = Int16(parts[2])
        else { return nil }
        self.init(time: time, message: message, node: node)
    }

    /// For a link or an argument.
    package var description: String { "\(time)_\(message)_\(node)" }
}
