/// Where a server is, and as whom to speak to it.
package struct ConnectionSettings: Sendable, Equatable {
    /// How a TCP connection is protected. Unix sockets need nothing.
    package enum TLS: Sendable, Equatable {
        /// Unix sockets, and TCP on loopback in tests.
        case off
        /// Encrypted, the server's certificate checked against `rootCertificate` and its name (`verify-full`).
        case verifyFull(rootCertificate: String, certificate: String?, key: String?)
    }

    /// The folder of a Unix socket (begins with `/`), or a host name or address.
    package var host: String
    package var port: Int
    package var database: String
    /// A PostgreSQL role.
    package var user: String
    /// nil where the server knows us by peer or by certificate.
    package var password: String?
    package var tls: TLS
    /// Shown in `pg_stat_activity`.
    package var applicationName: String
    /// Seconds until an attempt to connect is given up.
    package var connectTimeout: Int
    /// Run-time parameters of the session, such as `statement_timeout`.
    package var parameters: [String: String]

    package init(
        host: String,
        port: Int = 5432,
        database: String,
        user: String,
        password: String? = nil,
        tls: TLS = .off,
        applicationName: String = "mailmill",
        connectTimeout: Int = 5,
        parameters: [String: String] = [:]
    ) {
        self.host = host
        self.port = port
        self.database = database
        self.user = user
        self.password = password
        self.tls = tls
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.parameters = parameters
    }

    /// For messages: never with the password.
    package var target: String {
        let place = host.hasPrefix("/") ? "\(host)/.s.PGSQL.\(port)" : "\(host):\(port)"
        return "database \(database) at \(place) as \(user)"
    }

    /// Keywords and values for `PQconnectdbParams`. What libpq would take from files in the home folder is set, so that
    /// they cannot change what we connect to; for the environment see `LibPQEnvironment`.
    var keywords: [(String, String)] {
        var pairs = [
            ("host", host), ("port", String(port)), ("dbname", database), ("user", user),
            ("application_name", applicationName), ("connect_timeout", String(connectTimeout)),
            ("client_encoding", "UTF8"), ("tcp_user_timeout", "15000"), ("keepalives_idle", "15"),
            ("keepalives_interval", "5"), ("keepalives_count", "3"), ("gssencmode", "disable"),
            ("passfile", "/dev/null/none"), ("target_session_attrs", "any"),
        ]
        if let password { pairs.append(("password", password)) }
        switch tls {
        case .off:
            pairs.append(("sslmode", "disable"))
        case .verifyFull(let root, let certificate, let key):
            pairs += [("sslmode", "verify-full"), ("sslrootcert", root), ("ssl_min_protocol_version", "TLSv1.2")]
            if password != nil { pairs.append(("channel_binding", "require")) }
            if let certificate { pairs.append(("sslcert", certificate)) }
            if let key { pairs.append(("sslkey", key)) }
        }
        let options = (parameters.merging(["TimeZone": "UTC"]) { own, _ in own }).sorted { $0.key < $1.key }
        pairs.append(("options", options.map { "-c \($0.key)=\(Self.escaped($0.value))" }.joined(separator: " ")))
        return pairs
    }

    /// Escapes a value for libpq's `options`, where blanks separate.
    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ")
    }
}
