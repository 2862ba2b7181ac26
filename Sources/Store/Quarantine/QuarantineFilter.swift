internal import PostgresClient

/// Which lines of the quarantine are meant; nil is any.
package struct QuarantineFilter: Sendable, Equatable {
    package var node: String?
    package var source: String?
    /// `UnreadableReason` as it is stored.
    package var reason: String?

    package init(node: String? = nil, source: String? = nil, reason: String? = nil) {
        self.node = node
        self.source = source
        self.reason = reason
    }

    var parameters: [(any PostgresEncodable)?] { [node, source, reason] }
}
