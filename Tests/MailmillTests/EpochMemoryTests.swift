import Foundation
import PostgresServer
import Testing

@testable import mailmill

@Suite struct EpochMemoryTests {
    @Test func anOlderDatabaseIsRefusedAlsoAfterARestart() throws {
        let folder = NSTemporaryDirectory() + "mailmill-epoch-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // nothing else is in it
        let memory = EpochMemory(directory: folder)
        try memory.check(0)
        try memory.check(3)
        try memory.check(3)
        #expect(throws: OlderDatabase.self) { try memory.check(2) }
        #expect(throws: OlderDatabase.self) { try EpochMemory(directory: folder).check(2) }
        try EpochMemory(directory: folder).check(4)
        // Another collector of this host has seen more meanwhile.
        #expect(throws: OlderDatabase.self) { try memory.check(3) }
        try Data("four".utf8).write(to: URL(fileURLWithPath: folder + "/database-epoch"))
        #expect(throws: SettingsError.self) { try EpochMemory(directory: folder).check(5) }
    }

    @Test func aPasswordFileHoldsOnePasswordOrALineARole() throws {
        #expect(
            SecretFile.credential(in: "secret\n", for: .collector)
                == SecretFile.Credential(user: "mailmill_collector", password: "secret")
        )
        let lines = "*:*:*:mailmill_console_a:one\n*:*:*:mailmill_collector_b:two\n"
        #expect(
            SecretFile.credential(in: lines, for: .collector)
                == SecretFile.Credential(user: "mailmill_collector_b", password: "two")
        )
        #expect(SecretFile.credential(in: lines, for: .report) == nil)
    }
}
