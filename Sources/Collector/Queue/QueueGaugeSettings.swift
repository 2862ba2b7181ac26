package import SystemPackage

/// How the sizes of a mail server's queue are taken.
package struct QueueGaugeSettings: Sendable, Equatable {
    /// Who is asked.
    package enum Server: Sendable, Equatable {
        /// `postqueue -j`: active and delayed, by domain.
        case postfix
        /// `exim -bp`: delayed, by domain.
        case exim
        /// `GET /metrics` at `host:port`: active by egress source, delayed by domain, connections.
        case kumomta(String)
        /// `GET /stats/…` at `host:port`: active and delayed, by binding and domain, connections.
        case momentum(String)
    }

    package var server: Server
    /// The command, where one is run; where it does not exist, nothing is measured.
    package var program: FilePath
    /// Further arguments, as `-c` and the folder of another instance's configuration.
    package var arguments: [String] = []
    /// How often.
    package var interval: Duration = .seconds(10)
    /// How often the queue is told by domain and binding.
    package var partsInterval: Duration = .seconds(60)
    /// The largest parts that are told.
    package var parts = 200
    /// A run may take this part of the time at most: where the queue is so long that listing it takes long, it is
    /// listed less often.
    package var share = 0.1

    package init(_ server: Server = .postfix) {
        self.server = server
        program = server == .exim ? "/usr/sbin/exim" : "/usr/sbin/postqueue"
    }
}
