import Foundation
import Testing

/// Every command that the pages about backups show (`    $ mailmill …`) is run, in their order, and ends well.
@Suite(.twoAtATime)
struct DocumentedCommandsTests {
    @Test func everyCommandOfThePagesOnBackupsWorks() async throws {
        try await TestFolder.with { folder in
            let key = try folder.file("key", "0f6e1d7c52b98a43e0d1c2b3a4958677\n", mode: 0o600)
            if geteuid() == 0, let account = getpwnam("mailmill") {
                chown(key, account.pointee.pw_uid, account.pointee.pw_gid)
            }
            let mailmill = try Installation(in: folder, collect: [], more: "backup: {encryption_key: \(key)}")
            try await mailmill.startDatabase()
            try folder.folder("srv")
            var ran = 0
            for page in ["backup", "restore", "dump-and-move"] {
                for line in try Self.commands(of: page) {
                    var text = line.replacing("/srv/", with: "\(folder.path)/srv/")
                        .replacing("/var/lib/mailmill", with: mailmill.directory)
                    // The pages' example of a label and of a time are this database's.
                    if text.contains("20260305-023000F") {
                        text = text.replacing(
                            "20260305-023000F",
                            with: try #require(try await mailmill.backups().last?.label)
                        )
                    }
                    if text.contains("2026-03-05T04:07:00Z") {
                        let now = try await mailmill.rows(
                            "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
                        )
                        text = text.replacing("2026-03-05T04:07:00Z", with: now.joined())
                    }
                    let words = text.split(separator: " ").dropFirst().map(String.init)
                    let program = try mailmill.begin(words)
                    let ending = try await program.finish()
                    // `doctor` says by its status that something is not as it should be: no collector runs here.
                    let expected: Program.Ending = words == ["doctor"] ? .status(1) : .status(0)
                    #expect(ending == expected || ending == .status(0), "\(page).md: \(line): \(program.errors)")
                    ran += 1
                }
            }
            #expect(ran >= 28)
            #expect(try await mailmill.exhibits().hasPrefix("20000 "))
        }
    }

    private static func commands(of page: String) throws -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/operations/\(page).md"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("    $ mailmill ") }.map { String($0.dropFirst(6)) }
    }
}
