package import struct Foundation.Date
internal import PostgresClient

/// The sizes of a node's queues at one time. Nil: the server does not tell.
package struct QueueReading: Sendable, Equatable {
    /// What of it is of one domain, one binding, or both; what is not told apart is empty.
    package struct Part: Sendable, Equatable {
        package var bindingGroup: String
        package var binding: String
        package var domain: String
        package var active: Int64
        package var delayed: Int64

        package init(bindingGroup: String, binding: String, domain: String, active: Int64, delayed: Int64) {
            self.bindingGroup = bindingGroup
            self.binding = binding
            self.domain = domain
            self.active = active
            self.delayed = delayed
        }
    }

    package var takenAt: Date
    package var active: Int64?
    package var delayed: Int64?
    package var connectionsIn: Int64?
    package var connectionsOut: Int64?
    package var parts: [Part] = []

    package init(takenAt: Date) {
        self.takenAt = takenAt
    }

    /// The parameters of `ingest/queue` after source and epoch.
    var parameters: [(any PostgresEncodable)?] {
        [
            takenAt, active, delayed, connectionsIn, connectionsOut,
            parts.map(\.bindingGroup), parts.map(\.binding), parts.map(\.domain), parts.map(\.active),
            parts.map(\.delayed),
        ]
    }
}
