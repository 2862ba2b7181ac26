import SystemPackage
import Testing

@testable import PostgresServer

@Suite struct AuthenticationTests {
    @Test(arguments: [
        "local all all trust", "host all all 127.0.0.1/32 trust", "host all all 127.0.0.1 255.255.255.255 trust",
        "host all all ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff trust", "hostssl all all all password",
        "host all all samehost md5", "host all all all ident map=x", "local all all \"trust\"",
        "local all, postgres all trust",
        "local all all \\\n  trust", "  local\tall\tall\ttrust # fine?", "host all all .example.org trust",
        "host \"my db\" all 0.0.0.0/0 password", "local all all md5",
    ])
    func methodsThatLetAnyoneInAreRefused(line: String) {
        #expect(AuthenticationReview.refusals(in: line, file: "/hba").count == 1)
    }

    @Test(arguments: [
        "# local all all trust", "", "local all all peer", "local all all ident map=x", "local trust password peer",
        "hostssl mailmill mailmill_report 192.0.2.0/24 scram-sha-256", "host all all 192.0.2.0 255.255.255.0 reject",
        "hostssl all all all cert clientcert=verify-full", "local \"trust\" all peer",
    ])
    func othersPass(line: String) {
        #expect(AuthenticationReview.refusals(in: line, file: "/hba") == [])
    }

    @Test(arguments: ["include /etc/other", "@file", "locale all all peer", "local all", "host all all 127.0.0.1/32"])
    func whatCannotBeJudgedIsRefused(line: String) {
        #expect(AuthenticationReview.refusals(in: line, file: "/hba").count == 1)
    }

    @Test func refusalsNameFileAndLine() {
        let text = "# head\nlocal all all peer\n\nhost all all all trust\n"
        #expect(AuthenticationReview.refusals(in: text, file: "/hba").map(\.line) == [4])
    }

    @Test func generatedRulesPassTheirOwnReview() {
        for settings in [
            ServerSettings(), ServerSettings(listenAddresses: ["localhost"]),
            ServerSettings(listenAddresses: ["*"], tls: TransportSecurity(certificate: "/c", key: "/k")),
        ] {
            let text = AuthenticationRules(settings: settings, account: "mailmill").authentication(localLines: "")
            #expect(AuthenticationReview.refusals(in: text, file: "/hba") == [])
            #expect(text.contains("host all mailmill_superuser all reject"))
        }
    }

    @Test func withoutTLSOnlyLoopbackMayUseTCP() {
        let settings = ServerSettings(listenAddresses: ["localhost"])
        let lines = AuthenticationRules(settings: settings, account: "mailmill").authentication(localLines: "")
            .split(separator: "\n").filter { $0.hasPrefix("host") && !$0.hasSuffix("reject") }
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.contains(" 127.0.0.1/32 ") || $0.contains(" ::1/128 ") })
    }

    @Test func operatorsLinesComeAfterTheSuperusersAndBeforeTheGeneralOnes() throws {
        let rules = AuthenticationRules(settings: ServerSettings(), account: "mailmill")
        let lines = rules.authentication(localLines: "# note\nlocal mailmill grafana peer\n")
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
        let own = try #require(lines.firstIndex(of: "local mailmill grafana peer"))
        let superuser = try #require(lines.firstIndex { $0.contains("mailmill_superuser") && $0.hasSuffix("reject") })
        let general = try #require(lines.firstIndex(of: "local all all peer map=mailmill"))
        #expect(superuser < own)
        #expect(own < general)
    }

    @Test func onlyRootAndTheAccountMayBeEveryRole() {
        let settings = ServerSettings(localUsers: ["postfix": [.collector, .superuser]])
        let lines = AuthenticationRules(settings: settings, account: "mm").identities(
            localLines: "mailmill alice mailmill_report"
        )
        .split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines.filter { $0.hasSuffix("mailmill_superuser") } == [
                "mailmill root mailmill_superuser", "mailmill mm mailmill_superuser",
            ]
        )
        #expect(lines.contains("mailmill postfix mailmill_collector"))
        #expect(lines.contains("mailmill alice mailmill_report"))
        #expect(lines.count == 2 * DatabaseRole.allCases.count + 2)
    }

    @Test(arguments: [RolePlan.smallestMaxConnections, 100, 150, 1000])
    func allRolesTogetherNeverUseUpTheConnections(maximum: Int) {
        let plan = RolePlan(maxConnections: maximum)
        let sum = DatabaseRole.allCases.compactMap { plan.limit(of: $0) }.reduce(0, +)
        #expect(sum + RolePlan.reservedForSuperuser <= maximum)
        #expect(DatabaseRole.allCases.allSatisfy { $0 == .superuser || (plan.limit(of: $0) ?? 0) >= 4 })
    }

    @Test func passwordsAreStoredAsVerifiers() {
        // RFC 7677, section 3: user "user", password "pencil".
        let salt: [UInt8] = [
            0x5B, 0x6D, 0x99, 0x68, 0x9D, 0x12, 0x35, 0x8E, 0xEC, 0xA0, 0x4B, 0x14, 0x12, 0x36, 0xFA, 0x81,
        ]
        let verifier = ScramVerifier(password: "pencil", salt: salt)
        #expect(
            verifier.text == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                + "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        )
    }

    @Test func passwordsAreLongAndDiffer() {
        let passwords = (0..<50).map { _ in CredentialFile.newPassword() }
        #expect(Set(passwords).count == 50)
        #expect(passwords.allSatisfy { $0.utf8.count == 64 })
    }
}
