import Foundation
import SystemPackage
import Testing

@testable import PostgresServer

@Suite(.timeLimit(.minutes(15))) struct LogTests {
    @Test func anEntryIsReadFromJSON() throws {
        let line = """
            {"timestamp":"2026-11-22 21:00:00.123 UTC","user":"mailmill_report","dbname":"mailmill","pid":77,\
            "session_id":"x","error_severity":"ERROR","state_code":"42P01","message":"relation \\"x\\" does not exist",\
            "statement":"SELECT 1","application_name":"psql","backend_type":"client backend","query_id":0}
            """
        let entry = try #require(LogEntry(json: Array(line.utf8)))
        #expect(entry.level == .error)
        #expect(entry.sqlState == "42P01")
        #expect(entry.text.hasPrefix("2026-11-22 21:00:00.123 UTC [77] mailmill_report@mailmill error: relation \"x\""))
        #expect(entry.text.contains("\n  statement: SELECT 1"))
    }

    @Test(arguments: [
        "", "{", "[]", "{\"timestamp\":\"x\"}", "\u{0}\u{0}", "{\"timestamp\":\"x\",\"error_severity\":\"ODD\"}",
    ])
    func otherLinesAreNoEntries(line: String) {
        #expect(LogEntry(json: Array(line.utf8)) == nil)
    }

    @Test func levelsAreOrderedAsOperatorsCare() {
        #expect(LogLevel(severity: "LOG").map { $0 < .warning } == true)
        #expect(LogLevel(severity: "DEBUG3") == .debug)
        #expect(LogLevel(name: "Warning") == .warning)
        #expect(LogLevel(name: "loud") == nil)
        #expect(LogLevel.allCases.max() == .panic)
    }

    @Test func onlyTheCollectorsFilesAreLogs() {
        #expect(LogFileName.stem(of: "postgresql-2026-11-22_210000.log") == "postgresql-2026-11-22_210000")
        #expect(LogFileName.stem(of: "postgresql-2026-11-22_210000.json") == "postgresql-2026-11-22_210000")
        #expect(LogFileName.stem(of: "startup.log") == nil)
        #expect(LogFileName.stem(of: "postgresql-2026.txt") == nil)
    }

    @Test func oldLogsGoByAgeAndThenByTotalAndTheNewestStays() {
        let day: Int64 = 86400
        let files = (1...5).flatMap { number in
            ["log", "json"].map {
                LogFiles.File(
                    name: "postgresql-2026-11-0\(number)_000000.\($0)",
                    size: 50,
                    modifiedAt: Int64(number) * day
                )
            }
        }
        let byAge = LogRetention(maximumAge: 2 * day, maximumTotal: .gibibytes(1)).expired(files, now: 5 * day)
        #expect(byAge.count == 4)
        #expect(byAge.allSatisfy { $0.contains("-01_") || $0.contains("-02_") })
        let bySize = LogRetention(maximumAge: 100 * day, maximumTotal: ByteCount(250)).expired(files, now: 5 * day)
        #expect(bySize.count == 6)
        let none = LogRetention(maximumAge: 0, maximumTotal: .zero).expired(files, now: 500 * day)
        #expect(none.count == 8)
        #expect(none.allSatisfy { !$0.contains("-05_") })
        #expect(LogRetention(maximumAge: 0, maximumTotal: .zero).expired([], now: 0) == [])
    }

    @Test func theLastLinesAreTakenAcrossFiles() async throws {
        try await withLogs { (folder) async throws in
            try write(folder, "postgresql-1.json", 1...5)
            try write(folder, "postgresql-2.json", 6...7)
            try write(folder, "postgresql-3.json", 8...8)
            #expect(
                try await messages(ServerLog(folder: folder, lines: 4, follow: false, level: .debug)) == [
                    "5", "6", "7", "8",
                ]
            )
            #expect(try await messages(ServerLog(folder: folder, lines: nil, follow: false, level: .debug)).count == 8)
            #expect(try await messages(ServerLog(folder: folder, lines: 0, follow: false, level: .debug)) == [])
            let errors = ServerLog(folder: folder, lines: 2, follow: false, level: .error)
            #expect(try await messages(errors) == ["6", "8"])
        }
    }

    @Test func aMissingFolderHasNoEntries() async throws {
        #expect(try await messages(ServerLog(folder: "/no/such", lines: 5, follow: false, level: .debug)) == [])
    }

    @Test func followingSeesEachEntryOnceAcrossRotationsAndTornLines() async throws {
        try await withLogs { (folder) async throws in
            try write(folder, "postgresql-1.json", 1...2)
            var log = ServerLog(folder: folder, lines: 1, follow: true, level: .debug)
            log.interval = .milliseconds(2)
            var entries = log.makeAsyncIterator()
            var seen = [try #require(await entries.next()).message]
            let writing = Task { try await rotate(folder, 3...60) }
            while seen.last != "60", let entry = try await entries.next() { seen.append(entry.message) }
            try await writing.value
            #expect(seen == (2...60).map(String.init))
        }
    }

    @Test func followingEndsWhenItsTaskIsCancelled() async throws {
        try await withLogs { (folder) async throws in
            let log = ServerLog(folder: folder, lines: nil, follow: true, level: .debug)
            let reading = Task { try await messages(log) }
            reading.cancel()
            #expect(try await reading.value == [])
        }
    }

    /// Entries in two halves each, seven of them a file.
    private func rotate(_ folder: FilePath, _ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            let line = Self.line(number)
            let handle = try open(folder.appending("postgresql-\(10 + number / 7).json"))
            handle.write(Data(line.prefix(line.count / 2).utf8))
            if number.isMultiple(of: 5) { try await Task.sleep(for: .milliseconds(4)) }
            handle.write(Data(line.dropFirst(line.count / 2).utf8))
        }
    }

    private static func line(_ number: Int) -> String {
        let level = number.isMultiple(of: 2) ? "ERROR" : "LOG"
        return "{\"timestamp\":\"t\",\"error_severity\":\"\(level)\",\"message\":\"\(number)\"}\n"
    }

    private func write(_ folder: FilePath, _ name: String, _ numbers: ClosedRange<Int>) throws {
        try folder.appending(name).write(numbers.map(Self.line).joined())
    }

    private func open(_ path: FilePath) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path.string) { try path.write("") }
        let handle = try #require(FileHandle(forWritingAtPath: path.string))
        handle.seekToEndOfFile()
        return handle
    }

    private func messages(_ log: ServerLog) async throws -> [String] {
        var messages: [String] = []
        for try await entry in log { messages.append(entry.message) }
        return messages
    }

    private func withLogs(_ body: (FilePath) async throws -> Void) async throws {
        let scratch = try Scratch()
        defer { _ = try? FileTree.remove(scratch.folder) }
        try await body(scratch.folder)
    }
}
