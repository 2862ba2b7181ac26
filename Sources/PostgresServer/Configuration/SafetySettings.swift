internal import SystemPackage

/// Settings passed on the server's command line: neither a file nor ALTER SYSTEM changes them. Either data would be at
/// risk otherwise, or Mailmill could not find the server, its logs or its rules.
struct SafetySettings: Sendable, Equatable {
    /// Name and value, in a fixed order.
    let pairs: [(name: String, value: String)]

    init(settings: ServerSettings, cluster: ClusterFolder) {
        let layout = ClusterLayout(settings)
        var pairs: [(String, String)] = [
            ("data_directory", cluster.path.string),
            ("hba_file", cluster.authentication.string),
            ("ident_file", cluster.identities.string),
            ("external_pid_file", ""),
            ("cluster_name", "mailmill"),
            ("fsync", "on"),
            ("full_page_writes", "on"),
            ("synchronous_commit", "on"),
            ("wal_level", "replica"),
            ("unix_socket_directories", layout.socketDirectory.string),
            ("unix_socket_permissions", "0777"),
            ("listen_addresses", settings.listenAddresses.joined(separator: ",")),
            ("port", "\(settings.port)"),
            ("max_connections", "\(settings.maxConnections)"),
            ("superuser_reserved_connections", "\(RolePlan.reservedForSuperuser)"),
            ("password_encryption", "scram-sha-256"),
            ("logging_collector", "on"),
            ("log_destination", "stderr,jsonlog"),
            ("log_directory", "log"),
            ("log_filename", LogFileName.pattern),
            ("log_truncate_on_rotation", "off"),
            ("log_timezone", "UTC"),
            ("mailmill.host", settings.host),
            ("mailmill.designated_host", settings.designatedHost),
            ("ssl", settings.tls == nil ? "off" : "on"),
        ]
        if let tls = settings.tls {
            pairs.append(("ssl_cert_file", tls.certificate.string))
            pairs.append(("ssl_key_file", tls.key.string))
            pairs.append(("ssl_min_protocol_version", "TLSv1.2"))
            if let authority = tls.authority { pairs.append(("ssl_ca_file", authority.string)) }
        }
        if settings.isRecovering { pairs += [("archive_mode", "off"), ("hot_standby", "off")] }
        self.pairs = pairs
    }

    /// Values that lose data when an operator's file asks for them: refused, not just overruled.
    static let dangerous: [String: Set<String>] = [
        "fsync": falseWords,
        "full_page_writes": falseWords,
        "synchronous_commit": falseWords,
        "wal_level": ["minimal"],
        "password_encryption": ["md5"],
        "zero_damaged_pages": trueWords,
        "ignore_checksum_failure": trueWords,
        "ignore_invalid_pages": trueWords,
        "allow_in_place_tablespaces": trueWords,
        "data_sync_retry": trueWords,
    ]

    /// As PostgreSQL reads booleans: unique prefixes count.
    private static let falseWords: Set<String> = ["off", "of", "false", "fals", "fal", "fa", "f", "no", "n", "0"]
    private static let trueWords: Set<String> = ["on", "true", "tru", "tr", "t", "yes", "ye", "y", "1"]

    /// `-c name=value` for each.
    var arguments: [String] {
        pairs.flatMap { ["-c", "\($0.name)=\($0.value)"] }
    }

    var names: Set<String> { Set(pairs.map(\.name)) }

    static func == (left: Self, right: Self) -> Bool { left.arguments == right.arguments }
}
