import Collector
import Logging
import MailEvents
import PostgresServer
import Testing

@testable import mailmill

struct SettingsTests {
    private func load(_ yaml: String, environment: [String: String] = [:], overrides: [String] = []) throws -> Settings
    {
        let file = try TemporaryFile(yaml)
        return try withExtendedLifetime(file) {
            try Settings.load(file: file.path, environment: environment, overrides: overrides)
        }
    }

    @Test func exampleOfTheReadmeIsRead() throws {
        let settings = try load(
            """
            roles: [database, manager, web, collector]
            database: {directory: /var/lib/mailmill}
            console: {listen: 127.0.0.1:8025}
            collect:
              - {format: postfix, path: /var/log/mail.log, node: mx1}
            """
        )
        #expect(settings.roles == Set(Settings.Role.allCases))
        #expect(settings.database.directory == "/var/lib/mailmill")
        #expect(settings.console.port == 8025)
        #expect(
            settings.sources == [
                Settings.Source(format: .postfix, input: .file("/var/log/mail.log"), node: "mx1")
            ]
        )
    }

    @Test func environmentWinsOverTheFileAndArgumentsOverBoth() throws {
        let yaml = "console: {listen: 127.0.0.1:1}\nlog: {level: debug}\n"
        let environment = ["MAILMILL_CONSOLE_LISTEN": "127.0.0.1:2", "MAILMILL_ROLES": "web, manager"]
        let settings = try load(yaml, environment: environment, overrides: ["console.listen=[::1]:3"])
        #expect(settings.console.port == 3)
        #expect(settings.console.host == "::1")
        #expect(settings.roles == [.web, .manager])
        #expect(settings.logLevel == .debug)
    }

    @Test(arguments: [
        ("database: {directry: /x}", 1, "did you mean 'database.directory'?"),
        ("\n\nroles: web\n", 3, "expected a list"),
        ("roles: [web, cook]", 1, "found 'cook'"),
        ("console: {listen: foo}", 1, "127.0.0.1:8025"),
        ("console: {listen: '::1:80'}", 1, "[::1]:8025"),
        ("database:\n  port: 99999999\n", 2, "from 1 to 65535"),
        ("database: {directory: here}", 1, "begins with /"),
        ("collector: {spool_keep: 3 weeks}", 1, "72h"),
        ("collect:\n  - {format: postfix, path: /a}\n  - {format: qmail, path: /a}\n", 3, "found 'qmail'"),
        ("collect:\n  - {journald: true}\n", 2, "'format' is missing"),
        ("collect:\n  - {format: postfix, pth: /a}\n", 2, "no key 'pth'"),
        ("collect:\n  - {format: postfix, path: a}\n", 2, "begins with /"),
        ("collect:\n  - {format: postfix}\n", 2, "journald: true"),
        ("collect: {format: postfix}\n", 1, "expected a list"),
        ("collect:\n  - {format: postfix, syslog: \"udp:514\"}\n", 2, "udp:ADDRESS:PORT"),
        ("collect:\n  - {format: kumomta, syslog: \"unix:/run/log\"}\n", 2, "postfix or exim"),
        ("collect:\n  - {syslog: \"unix:/run/log\"}\n", 2, "'format' is missing"),
        ("collect:\n  - {format: kumomta, hook: mx1}\n", 2, "'token_file' is missing"),
        ("collect:\n  - {format: kumomta, hook: mx/1, token_file: /t}\n", 2, "found 'mx/1'"),
        ("collect:\n  - {format: kumomta, hook: mx1, token_file: t}\n", 2, "begins with /"),
        ("collect:\n  - {format: postfix, hook: mx1, token_file: /t}\n", 2, "kumomta or momentum-json"),
        ("collect:\n  - {path: /var/log/kumomta/*}\n", 2, "name its format"),
        ("hooks: {lisen: x}", 1, "did you mean 'hooks.listen'?"),
        ("log: {level: loud}", 1, "found 'loud'"),
        ("log: [level]", 1, "key: value"),
        ("- a\n- b\n", 1, "key: value"),
        ("database: {port: 1}\ndatabase: {port: 2}\n", 1, "twice"),
    ])
    func mistakesAreToldWithFileLineAndWhatWasExpected(yaml: String, line: Int, words: String) throws {
        let file = try TemporaryFile(yaml)
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(file: file.path, environment: [:], overrides: [])
        }
        #expect(error?.description.contains("\(file.path):\(line)") == true, "\(error?.description ?? "no error")")
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
    }

    @Test func brokenYAMLNamesTheFile() throws {
        let file = try TemporaryFile("console: {\n")
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(file: file.path, environment: [:], overrides: [])
        }
        #expect(error?.place.hasPrefix(file.path) == true)
    }

    @Test func missingFileIsToldByName() {
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(file: "/nowhere/mailmill.yaml", environment: [:], overrides: [])
        }
        #expect(error?.description == "/nowhere/mailmill.yaml: cannot be read: there is no such file")
    }

    @Test func unknownOverrideIsRefused() {
        #expect(throws: SettingsError.self) {
            try Settings.load(file: nil, environment: [:], overrides: ["consol.listen=1"])
        }
    }

    @Test func wrongEnvironmentVariableIsNamed() throws {
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(file: nil, environment: ["MAILMILL_DATABASE_PORT": "x"], overrides: [])
        }
        #expect(error?.description.contains("MAILMILL_DATABASE_PORT") == true)
    }

    @Test func everyDefaultIsAValidSetting() throws {
        let settings = try load("{}\n")
        #expect(settings.collector.spoolBytes == 2 << 30)
        #expect(settings.collector.spoolKeep == .seconds(72 * 3600))
        #expect(settings.database.atShutdown == .automatic)
    }

    @Test func eachWayInIsRead() throws {
        let settings = try load(
            """
            hooks: {listen: "127.0.0.1:9000", body_limit: 1MiB}
            collect:
              - {format: kumomta, path: /var/log/kumomta/*, node: a}
              - {format: postfix, syslog: "udp:0.0.0.0:514, unix:/run/log", node: b}
              - {format: postfix, syslog: "tcp:[::1]:601", name: second, node: b}
              - {format: momentum-json, hook: c, token_file: /etc/c.token, node: c}
            """
        )
        #expect(settings.hooks.port == 9000)
        #expect(settings.hooks.bodyLimit == 1 << 20)
        #expect(
            settings.sources.map(\.input) == [
                .pattern("/var/log/kumomta/*"),
                .syslog([.udp(host: "0.0.0.0", port: 514), .unixDatagram(path: "/run/log")], name: nil),
                .syslog([.tcp(host: "::1", port: 601)], name: "second"),
                .hook(name: "c", tokenFile: "/etc/c.token"),
            ]
        )
        #expect(settings.sources.map(\.name) == ["/var/log/kumomta/*", "syslog", "syslog second", "hook c"])
    }

    @Test(arguments: [
        "collect: [{format: postfix, syslog: \"unix:/a\", node: b}, {format: postfix, syslog: \"unix:/b\", node: b}]",
        "collect: [{format: kumomta, hook: h, token_file: /t}, {format: momentum-json, hook: h, token_file: /u}]",
    ])
    func whatWouldBeOneSourceIsRefused(yaml: String) {
        let error = #expect(throws: SettingsError.self) { try load(yaml) }
        #expect(error?.problem.contains("stands here twice") == true)
        #expect(error?.problem.contains("name") == true)
    }

    @Test func sameSourceTwiceIsRefused() throws {
        #expect(throws: SettingsError.self) {
            try load("collect: [{format: postfix, path: /a, node: b}, {format: postfix, path: /a, node: b}]")
        }
    }
}
