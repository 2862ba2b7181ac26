/// The generated pg_hba.conf and pg_ident.conf: peer over the socket, SCRAM over TCP, and nothing else.
struct AuthenticationRules: Sendable {
    /// Name of the map from operating system users to roles.
    static let map = "mailmill"

    let settings: ServerSettings
    /// Operating system user that the server runs as.
    let account: String

    /// Roles whose logins may come over TCP; the superuser never.
    private static let remoteRoles: [DatabaseRole] = [.owner, .collector, .console, .report, .backup, .monitor]

    /// - Parameter localLines: the operator's lines. They come after the superuser's, which none can weaken, and
    ///   before the general ones, so that they count.
    func authentication(localLines: String) -> String {
        var lines = [
            "# Written by Mailmill; edits here are lost. Your own lines belong in conf.d/90-local-hba.conf.",
            "local all \(DatabaseRole.superuser.name) peer map=\(Self.map)",
            "host all \(DatabaseRole.superuser.name) all reject",
            "local replication \(DatabaseRole.superuser.name) peer map=\(Self.map)",
            "host replication \(DatabaseRole.superuser.name) all reject",
            "# From conf.d/90-local-hba.conf:",
        ]
        lines.append(contentsOf: localLines.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
        lines.append("# Over the socket:")
        lines.append("local all all peer map=\(Self.map)")
        lines.append("local replication \(DatabaseRole.backup.name) peer map=\(Self.map)")
        if !settings.listenAddresses.isEmpty {
            lines.append("# Over TCP:")
            let logins = Self.remoteRoles.flatMap { role in LoginSlot.allCases.map { $0.login(of: role) } }
            let roles = logins.joined(separator: ",")
            let backup = LoginSlot.allCases.map { $0.login(of: .backup) }.joined(separator: ",")
            let kind = settings.tls == nil ? "host" : "hostssl"
            let addresses = settings.tls == nil ? ["127.0.0.1/32", "::1/128"] : ["all"]
            for address in addresses {
                lines.append("\(kind) \(RoleScript.database) \(roles) \(address) scram-sha-256")
                lines.append("\(kind) replication \(backup) \(address) scram-sha-256")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    func identities(localLines: String) -> String {
        var lines = [
            "# Written by Mailmill; edits here are lost. Your own lines belong in conf.d/90-local-ident.conf."
        ]
        for user in ["root", account].uniqued() {
            lines.append(contentsOf: DatabaseRole.allCases.map { "\(Self.map) \(user) \($0.name)" })
        }
        for (user, roles) in settings.localUsers.sorted(by: { $0.key < $1.key }) {
            lines.append(contentsOf: roles.filter { $0 != .superuser }.map { "\(Self.map) \(user) \($0.name)" })
        }
        lines.append("# From conf.d/90-local-ident.conf:")
        lines.append(contentsOf: localLines.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Array where Element: Hashable {
    /// Without repetitions, in the order of first appearance.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
