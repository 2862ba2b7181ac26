import Foundation
import Logging
import PostgresServer
import Store

extension Settings {
    /// Where the file is looked for when no argument and no `MAILMILL_CONFIG` names one.
    static let systemFile = "/etc/mailmill/mailmill.yaml"
    /// `database.account` when nobody sets it.
    static let standardAccount = "mailmill"

    /// A person's own file, looked for before the system's by anyone but root.
    static func ownFile(_ environment: [String: String]) -> String {
        let home = environment["HOME"] ?? NSHomeDirectory()
        return (environment["XDG_CONFIG_HOME"] ?? home + "/.config") + "/mailmill/mailmill.yaml"
    }

    /// The first of the places that has a file.
    private static func standardFile(_ environment: [String: String]) -> String? {
        let places = geteuid() == 0 ? [systemFile] : [ownFile(environment), systemFile]
        return places.first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Reads the file, then the environment over it, then `--set` over both.
    ///
    /// - Parameters:
    ///   - file: nil: `MAILMILL_CONFIG`, else the first standard file that exists, else only defaults.
    ///   - environment: of the process.
    ///   - overrides: `key=value` each.
    static func load(
        file: String?,
        environment: [String: String],
        overrides: [String]
    ) throws -> Settings {
        let path = file ?? environment["MAILMILL_CONFIG"]
        var content = SettingsFile(name: "settings")
        if let path = path ?? standardFile(environment) { content = try SettingsFile.read(path) }
        for key in SettingKey.all {
            if let text = environment[key.variable] {
                content.values[key.path] = value(key, text, place: "environment variable \(key.variable)")
            }
        }
        for override in overrides {
            guard let equals = override.firstIndex(of: "="),
                let key = SettingKey.all.first(where: { $0.path == override[..<equals] })
            else {
                throw SettingsError(
                    place: "--set \(override)",
                    problem: "expected KEY=VALUE with a key of docs/reference/settings.md"
                )
            }
            let text = String(override[override.index(after: equals)...])
            content.values[key.path] = value(key, text, place: "--set \(override)")
        }
        var settings = try Settings(content)
        settings.options = (file.map { ["--config", $0] } ?? []) + overrides.flatMap { ["--set", $0] }
        return settings
    }

    private static func value(_ key: SettingKey, _ text: String, place: String) -> SettingValue {
        let items = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        return SettingValue(key: key, text: text, items: items, place: place)
    }

    init(_ content: SettingsFile) throws {
        let values = try SettingValues(content)
        roles = Set(try values["roles"].choices(Role.allCases.map(\.rawValue)).compactMap(Role.init))
        clusterHost = values["cluster.host"].nonEmpty ?? ProcessInfo.processInfo.hostName
        designatedHost = values["cluster.database_host"].string()
        let directory = try values["database.directory"].path() ?? "/var/lib/mailmill"
        database = Database(
            directory: directory,
            socketDirectory: try values["database.socket_directory"].path(),
            host: values["database.host"].nonEmpty,
            port: try values["database.port"].whole(in: 1...65535),
            listen: values["database.listen"].list(),
            certificate: try values["database.certificate"].path(),
            key: try values["database.key"].path(),
            rootCertificate: try values["database.root_certificate"].path(),
            passwordFile: try values["database.password_file"].path(),
            binaries: try values["database.binaries"].path(),
            account: values["database.account"].string(),
            allowedFileSystems: values["database.allow_file_systems"].list(),
            socketGroup: values["database.socket_group"].nonEmpty,
            collectorUsers: values["database.collector_users"].list(),
            reportUsers: values["database.report_users"].list(),
            maxConnections: try values["database.max_connections"].whole(in: 80...1000),
            maxWALSize: try values["database.max_wal_size"].bytesIfSet(),
            sharedBuffers: try values["database.shared_buffers"].bytesIfSet(),
            ballast: try values["database.ballast"].bytesIfSet(),
            logKeepDays: try values["database.log_keep_days"].whole(in: 1...3650),
            logKeepBytes: try values["database.log_keep_bytes"].bytes(),
            atShutdown: ServerAtShutdown(
                rawValue: try values["database.stop_with_serve"].choice(["automatic", "stop", "leave"])
            ) ?? .automatic
        )
        backup = try Backup(values, directory: directory)
        retention = try RetentionRules { values[$0] }
        migration = Migration(window: try values["migration.window"].window())
        let listen = try values["console.listen"].address()
        console = Console(
            host: listen.host,
            port: listen.port,
            certificate: try values["console.certificate"].path(),
            key: try values["console.key"].path(),
            publicURL: values["console.public_url"].nonEmpty,
            allowsPlainHTTP: try values["console.allow_plain_http"].flag(),
            assets: try values["console.assets"].path() ?? ""
        )
        collector = CollectorPart(
            directory: try values["collector.directory"].path() ?? directory + "/collector",
            spoolKeep: try values["collector.spool_keep"].duration(),
            spoolBytes: try values["collector.spool_size"].bytes(),
            bounceRules: [try values["collector.bounce_rules"].path()].compactMap(\.self),
            addresses: AddressPrivacy(
                rawValue: try values["collector.addresses"].choice(AddressPrivacy.allCases.map(\.rawValue))
            ) ?? .whole
        )
        let hookAddress = try values["hooks.listen"].address()
        hooks = Hooks(
            host: hookAddress.host,
            port: hookAddress.port,
            certificate: try values["hooks.certificate"].path(),
            key: try values["hooks.key"].path(),
            allowsPlainHTTP: try values["hooks.allow_plain_http"].flag(),
            bodyLimit: Int(min(try values["hooks.body_limit"].bytes(), 1 << 30))
        )
        let levels = Logger.Level.allCases.map(\.rawValue)
        logLevel = Logger.Level(rawValue: try values["log.level"].choice(levels)) ?? .info
        sources = try content.collect.map { try Source($0) }
        try Self.checkDistinct(sources, content)
    }

    /// Two sources with the same node, name and format would be one to the database.
    private static func checkDistinct(_ sources: [Source], _ content: SettingsFile) throws(SettingsError) {
        for (index, source) in sources.enumerated() {
            guard let other = sources[..<index].first(where: { $0.isSame(as: source) }) else { continue }
            let advice =
                switch (source.input, other.input) {
                case (.syslog, .syslog): ": give one of them a 'name', or list both addresses in one item"
                case (.hook(let name, _), .hook): ": each hook has a name of its own, '\(name)' is taken"
                default: ""
                }
            throw SettingsError(
                place: content.collect[index].place,
                problem: "collect: this source stands here twice\(advice)"
            )
        }
    }
}

/// The values of all settings, defaults filled in.
struct SettingValues {
    private var values: [String: SettingValue] = [:]

    init(_ content: SettingsFile) throws(SettingsError) {
        for key in SettingKey.all {
            let items = key.standard.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
                .split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            values[key.path] =
                content.values[key.path]
                ?? SettingValue(
                    key: key,
                    text: key.standard,
                    items: key.kind == .list ? items : [],
                    place: "default"
                )
        }
    }

    subscript(path: String) -> SettingValue {
        values[path]
            ?? SettingValue(key: SettingKey(path, .text, "", ""), text: "", items: [], place: "default")
    }
}

extension SettingValue {
    /// nil where the text is empty.
    var nonEmpty: String? { text.isEmpty ? nil : text }

    /// nil where the text is empty.
    func bytesIfSet() throws(SettingsError) -> Int64? { text.isEmpty ? nil : try bytes() }
}
