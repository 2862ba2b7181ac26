import PostgresClient
import SystemPackage
import Testing

@testable import PostgresServer

struct HealthTests {
    @Test(arguments: [nil, 16, 18])
    func aFreshServerIsWellInEveryVersion(_ major: Int?) async throws {
        try await withScratch { scratch in
            var server = try scratch.server()
            if let major {
                server = try scratch.server(upgradableTo: major)
                _ = try await server.upgrade(method: .dump)
                _ = try await server.finishUpgrade()
            }
            _ = try await server.start()
            let findings = await server.health()
            #expect(!findings.contains { $0.verdict == .wrong }, "\(findings)")
            let checks = Set(findings.map(\.check))
            for check in [
                "server", "connections", "locks", "longest transaction", "cache", "checksums", "wraparound", "bloat",
                "archive", "checkpoints", "disk",
            ] { #expect(checks.contains(check), "\(check) of \(checks)") }
            #expect(findings.filter { $0.verdict != .good }.allSatisfy { $0.advice != nil || $0.check == "archive" })
        }
    }

    @Test func aServerThatIsDownIsWrongAndSaysWhatToDo() async throws {
        try await withScratch { scratch in
            let findings = try await scratch.server().health()
            #expect(findings.first?.verdict == .wrong)
            #expect(findings.first?.advice?.contains("database start") == true)
        }
    }

    @Test func aLongTransactionIsNamed() async throws {
        try await withScratch { scratch in
            let server = try scratch.server()
            _ = try await server.start()
            let holder = try await Connection.connect(server.connectionSettings(as: .report))
            try await holder.run("BEGIN; SELECT 1")
            let finding = try #require(await server.health().first { $0.check == "longest transaction" })
            #expect(finding.text.contains("mailmill_report"))
            try await holder.run("COMMIT")
        }
    }

    @Test(arguments: [(0.0, "0 s"), (119, "119 s"), (3600, "60 min"), (7200, "2 h"), (273_600, "3 d 4 h")])
    func spansAreReadable(_ seconds: Double, _ text: String) {
        #expect(HealthText.span(seconds) == text)
    }
}
