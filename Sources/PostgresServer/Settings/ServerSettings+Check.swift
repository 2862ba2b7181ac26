internal import SystemPackage

extension ServerSettings {
    /// Addresses that never leave the machine.
    private static let loopback: Set<String> = ["localhost", "127.0.0.1", "::1"]

    /// Throws `setting` for what cannot work, before anything is touched.
    func check() throws {
        guard root.isAbsolute, root.components.count >= 2 else {
            throw refused(
                "database.directory",
                root.string,
                "name a folder of its own by its full path, such as /var/lib/mailmill"
            )
        }
        for path in [socketDirectory, binDirectory].compactMap(\.self) where !path.isAbsolute {
            throw refused("database.socket_directory or database.binaries", path.string, "give the full path")
        }
        guard (1...65535).contains(port) else {
            throw refused("database.port", "\(port)", "a port is between 1 and 65535")
        }
        guard maxConnections >= RolePlan.smallestMaxConnections else {
            throw refused(
                "database.max_connections",
                "\(maxConnections)",
                "at least \(RolePlan.smallestMaxConnections) are needed"
            )
        }
        for address in listenAddresses where tls == nil && !Self.loopback.contains(address) {
            throw refused(
                "database.listen",
                address,
                "an address that is not loopback needs database.certificate and database.key"
            )
        }
        for text in listenAddresses + Array(localUsers.keys) + [account] where !text.isPlainWord {
            throw refused(
                "database.listen, database.account or a user",
                text,
                "only letters, digits and . : * _ - are possible here"
            )
        }
        for name in allowedFileSystems where FileSystemKind.named(name) == nil {
            let names = FileSystemKind.all.filter { $0.verdict == .refuse }.map(\.name).joined(separator: ", ")
            throw refused("database.allow_file_systems", name, "known names are \(names)")
        }
    }

    private func refused(_ setting: String, _ value: String, _ advice: String) -> PostgresServerError {
        .setting(name: setting, value: value, advice: advice)
    }
}

extension String {
    /// Text that needs no quoting in PostgreSQL's configuration files.
    fileprivate var isPlainWord: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}
