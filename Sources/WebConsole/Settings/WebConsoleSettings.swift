/// How the console is served. Made by the executable from its settings; checked by `checked()`.
package struct WebConsoleSettings: Sendable {
    package var listen: ListenAddress
    /// PEM; with `privateKeyPath`, the console serves TLS itself.
    package var certificatePath: String?
    package var privateKeyPath: String?
    /// As people type it, such as `https://mail.example.com`, where a proxy stands in front; it must pass on the whole site.
    package var publicURL: String?
    /// Addresses whose `X-Forwarded-For` is believed; looked at only with a `publicURL`.
    package var trustedProxies: [String] = ["127.0.0.1", "::1"]
    /// Serve plain HTTP beyond loopback, passwords in the clear and all.
    package var allowPlainHTTP = false
    /// Where Debian's `libjs-dygraphs` puts its files. Without them the console shows tables in place of charts.
    package var assetsDirectory = "/usr/share/javascript/dygraphs"
    /// The console's own templates and assets; nil: those beside the executable.
    package var resourceDirectory: String?
    /// How long a page waits for its figures.
    package var queryLimit: Duration = .seconds(20)
    package var sessions = SessionLimits()
    package var live = LiveLimits()

    package init(listen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 8025)) {
        self.listen = listen
    }
}

/// How long people stay signed in.
package struct SessionLimits: Sendable, Equatable {
    /// Without a page or an answer asked for.
    package var idle: Duration = .seconds(12 * 3600)
    /// From the sign-in, however busy.
    package var absolute: Duration = .seconds(7 * 86_400)
    /// A session found good is not looked up again for so long: a closed one may live on so much longer.
    package var recheck: Duration = .seconds(5)
    /// While the database cannot be asked, a session found good before stays good for so long.
    package var withoutDatabase: Duration = .seconds(4 * 3600)
    /// Sessions kept in memory; the longest unused makes way.
    package var cached = 4096
    /// Passwords checked at once, each with 19 MiB and a core; and those that may wait for it.
    package var passwordWorkers = 2
    package var passwordQueue = 32

    package init() {}
}

/// How much the live feed may take.
package struct LiveLimits: Sendable, Equatable {
    /// Between two questions to the database, for all browsers and pages together.
    package var interval: Duration = .milliseconds(250)
    package var heartbeat: Duration = .seconds(15)
    /// Open streams in all, and of one session.
    package var streams = 256
    package var streamsOfSession = 12
    /// Different pages followed at a time.
    package var topics = 64

    package init() {}
}
