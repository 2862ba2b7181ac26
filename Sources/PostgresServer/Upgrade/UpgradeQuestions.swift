internal import Glibc
internal import PostgresClient
internal import SystemPackage

/// What the running server tells of things that an upgrade could stumble over.
struct UpgradeQuestions: Sendable {
    let connection: Connection
    let target: ServerBinaries?

    func findings() async throws -> [ServerFinding] {
        var findings = [try await locales(), try await extensions()]
        let rows = try await connection.query(
            """
            SELECT (SELECT count(*) FROM pg_catalog.pg_prepared_xacts) AS prepared,
                (SELECT count(*) FROM pg_catalog.pg_replication_slots) AS slots,
                (SELECT count(*) FROM pg_catalog.pg_stat_replication) AS standbys
            """
        ).one()
        if try rows.get("prepared") as Int64 > 0 {
            findings.append(
                ServerFinding(
                    "prepared transactions",
                    .wrong,
                    "there are some, and they cannot be carried over",
                    advice: "COMMIT PREPARED or ROLLBACK PREPARED each of pg_prepared_xacts"
                )
            )
        }
        let standbys: Int64 = try rows.get("slots") + rows.get("standbys")
        if standbys > 0 {
            findings.append(
                ServerFinding(
                    "standbys",
                    .warning,
                    "standbys and slots of the old version do not follow the new one",
                    advice: "make each anew afterwards with `mailmill standby create`"
                )
            )
        }
        return findings
    }

    private func locales() async throws -> ServerFinding {
        let names: [String] = try await connection.query(
            """
            SELECT DISTINCT datcollate AS locale FROM pg_catalog.pg_database
            WHERE datallowconn AND datcollate NOT IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8') ORDER BY 1
            """
        ).map { try $0.get("locale") }
        guard !names.isEmpty else {
            return ServerFinding("locale", .good, "C.UTF-8: the order of texts is the same in every version")
        }
        return ServerFinding(
            "locale",
            .warning,
            "databases sort by \(names.joined(separator: ", ")), which the C library may have changed",
            advice: "if the operating system was upgraded too, REINDEX those databases afterwards"
        )
    }

    private func extensions() async throws -> ServerFinding {
        let names: [String] = try await connection.query(
            "SELECT extname FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"
        ).map { try $0.get("extname") }
        guard let target, !names.isEmpty else { return ServerFinding("extensions", .good, "none but plpgsql") }
        // Its folder may be a link.
        let resolved = realpath(target.directory.string, nil)
        defer { free(resolved) }
        let root = (resolved.map { FilePath(String(cString: $0)) } ?? target.directory).removingLastComponent()
        let folders: [FilePath] = [
            root.appending("share/extension"), root.appending("share/postgresql/extension"),
            FilePath("/usr/share/postgresql/\(target.version.major)/extension"),
        ]
        let missing = names.filter { name in
            // A folder that is not there holds no extension.
            !folders.contains { (try? Stat($0.appending("\(name).control")).type) == .regular }
        }
        guard !missing.isEmpty else { return ServerFinding("extensions", .good, names.joined(separator: ", ")) }
        return ServerFinding(
            "extensions",
            .wrong,
            "\(missing.joined(separator: ", ")) of this database has no files for \(target.version)",
            advice: "install the extension's package for PostgreSQL \(target.version.major), or drop the extension"
        )
    }
}
