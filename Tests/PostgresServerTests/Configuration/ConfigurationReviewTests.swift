import SystemPackage
import Testing

@testable import PostgresServer

@Suite struct ConfigurationReviewTests {
    private static let file: FilePath = "/c/conf.d/90-local.conf"

    @Test func entriesAreReadAsPostgreSQLReadsThem() {
        let text = """
            # comment
            shared_buffers = 2GB
              Work_Mem 64MB   # trailing
            log_line_prefix = 'it''s \\' = # no comment'
            = 5
            empty =
            unclosed = 'abc
            app.setting='x'
            """
        let entries = ConfigurationFile.parse(text, file: Self.file)
        #expect(entries.map(\.name) == ["shared_buffers", "work_mem", "log_line_prefix", "app.setting"])
        #expect(entries.map(\.value) == ["2GB", "64MB", "it's ' = # no comment", "x"])
        #expect(entries.map(\.line) == [2, 3, 4, 8])
    }

    @Test func includedFilesAreRead() throws {
        let scratch = try Scratch()
        defer { _ = try? FileTree.remove(scratch.folder) }
        let folder = scratch.folder
        try folder.appending("a.conf").write(
            "include 'b.conf'\ninclude_dir = 'more'\ninclude_if_exists 'none'\nport = 1\n"
        )
        try folder.appending("b.conf").write("fsync = off\ninclude 'a.conf'\n")
        _ = try ToolRun.run("/bin/mkdir", [folder.appending("more").string])
        try folder.appending("more").appending("c.conf").write("port = 2\n")
        try folder.appending("more").appending("c.txt").write("port = 3\n")
        let entries = try ConfigurationFile.entries(of: folder.appending("a.conf"))
        #expect(entries.contains { $0.name == "fsync" && $0.file == folder.appending("b.conf") && $0.line == 1 })
        #expect(Set(entries.filter { $0.name == "port" }.map(\.value)) == ["1", "2"])
    }

    @Test(arguments: [
        "fsync = off", "fsync = FALSE", "fsync no", "full_page_writes = 'off'", "synchronous_commit = off",
        "wal_level = minimal", "zero_damaged_pages = on", "password_encryption = md5", "ignore_checksum_failure = yes",
    ])
    func whatLosesDataIsRefusedWithItsLine(line: String) {
        let review = review("\n\n" + line)
        #expect(review.refusals.count == 1)
        #expect("\(review.refusals[0])".hasPrefix("/c/conf.d/90-local.conf:3: "))
    }

    @Test(arguments: ["fsync = on", "synchronous_commit = on", "work_mem = 8MB", "wal_level = replica"])
    func whatIsHarmlessPasses(line: String) {
        let review = review(line)
        #expect(review.refusals.isEmpty)
        #expect(review.warnings.isEmpty)
    }

    @Test func whatHasNoEffectIsTold() {
        let review = review("port = 6000\nlisten_addresses = '*'\n")
        #expect(review.refusals.isEmpty)
        #expect(review.warnings.map(\.line) == [1, 2])
        #expect(review.warnings[0].message.contains("Mailmill sets it to '5432'"))
    }

    @Test func theManagedPartSetsNothingThatTheCommandLineSets() {
        let settings = ServerSettings(listenAddresses: ["*"], tls: TransportSecurity(certificate: "/c", key: "/k"))
        let plan = ResourcePlan(memory: .gibibytes(8), disk: .gibibytes(100), settings: settings)
        let managed = ConfigurationFile.parse(
            ManagedConfiguration(plan: plan, settings: settings).text,
            file: Self.file
        )
        let safety = SafetySettings(settings: settings, cluster: ClusterLayout(settings).cluster)
        #expect(managed.count > 30)
        #expect(Set(managed.map(\.name)).isDisjoint(with: safety.names))
        #expect(Set(managed.map(\.name)).count == managed.count)
    }

    @Test func settingsThatCannotWorkAreRefusedBeforeAnything() {
        let broken: [(inout ServerSettings) -> Void] = [
            { $0.root = "relative/path" }, { $0.root = "/db" }, { $0.port = 0 }, { $0.port = 65536 },
            { $0.maxConnections = 20 },
            { $0.listenAddresses = ["192.0.2.1"] }, { $0.listenAddresses = ["*"] }, { $0.listenAddresses = ["a' b"] },
            { $0.localUsers = ["ev il": [.report]] }, { $0.allowedFileSystems = ["nfs5"] },
            { $0.socketDirectory = "run" },
        ]
        for (index, change) in broken.enumerated() {
            var settings = ServerSettings()
            change(&settings)
            #expect(throws: PostgresServerError.self, "\(index)") { try settings.check() }
        }
        #expect(throws: Never.self) { try ServerSettings().check() }
        #expect(throws: Never.self) { try ServerSettings(listenAddresses: ["localhost"]).check() }
    }

    @Test func aSocketPathTooLongForTheKernelIsToldWithItsLength() {
        let layout = ClusterLayout(ServerSettings(root: FilePath("/srv/" + String(repeating: "x", count: 100))))
        #expect {
            try layout.checkSocketPath()
        } throws: {
            "\($0)".contains("has 123 bytes, and the system allows 107")
        }
        // One byte less than the limit works, and the limit itself.
        let exact = FilePath("/" + String(repeating: "x", count: 107 - "/".count - "/.s.PGSQL.5432".count))
        #expect(throws: Never.self) { try ClusterLayout(ServerSettings(socketDirectory: exact)).checkSocketPath() }
    }

    @Test func theSocketOfTheDefaultRootIsInRun() {
        #expect(ClusterLayout(ServerSettings()).socket == "/run/mailmill/.s.PGSQL.5432")
        #expect(ClusterLayout(ServerSettings(root: "/srv/mm", port: 7)).socket == "/srv/mm/run/.s.PGSQL.7")
        #expect(ClusterLayout(ServerSettings()).cluster.pidFile == "/var/lib/mailmill/cluster/postmaster.pid")
    }

    private func review(_ text: String) -> ConfigurationReview {
        var review = ConfigurationReview()
        let settings = ServerSettings()
        let safety = SafetySettings(settings: settings, cluster: ClusterLayout(settings).cluster)
        for entry in ConfigurationFile.parse(text, file: Self.file) { review.judge(entry, safety: safety) }
        return review
    }
}
