import CollectorFixtures
import Foundation
import MailEvents
import SystemPackage
import Testing

@testable import Collector

/// Real journal files, read by the real journalctl.
@Suite(.serialized) struct JournalTests {
    /// A folder of journal files, written by systemd-journal-remote.
    struct Journal {
        let shop: Workshop
        let folder: FilePath

        init(_ shop: Workshop) throws {
            self.shop = shop
            folder = shop.path("journal")
            try SpoolFile.makeFolder(folder)
        }

        /// Writes the entries of the lines, and as many of another facility, into a file of their own.
        func write(_ numbers: Range<Int>, _ name: String, boot: Character = "b") throws {
            var text = ""
            for number in numbers {
                for facility in [2, 3] {
                    let line = LogLine.text(number).dropLast()
                    let message = line.split(separator: "]: ", maxSplits: 1)[1]
                    text += """
                        __REALTIME_TIMESTAMP=\(1_772_700_000_000_000 + number * 1000)
                        __MONOTONIC_TIMESTAMP=\(1_000_000 + number * 1000)
                        _BOOT_ID=\(String(repeating: boot, count: 32))
                        _HOSTNAME=mx1
                        SYSLOG_FACILITY=\(facility)
                        SYSLOG_IDENTIFIER=postfix/smtp
                        _PID=412
                        MESSAGE=\(message)


                        """
                }
            }
            let export = shop.path("export")
            try Data(text.utf8).write(to: URL(fileURLWithPath: export.string))
            let file = folder.appending("\(name).journal").string
            let status = try shop.run("/lib/systemd/systemd-journal-remote", "-o", file, export.string)
            #expect(status == 0)
        }

        func start(_ change: (inout JournalSettings) -> Void = { _ in }) -> RunningCollector {
            var settings = JournalSettings(format: .postfix)
            settings.folder = folder
            settings.limits.age = .milliseconds(20)
            change(&settings)
            let source = SourceDescription(node: "mx1", name: "journald", format: .postfix)
            return RunningCollector([SourceSettings(source, .journal(settings))], shop.database)
        }
    }

    @Test func everyMailEntryIsCountedOnceAndNewOnesAsTheyCome() async throws {
        let shop = try Workshop()
        let journal = try Journal(shop)
        try journal.write(0..<1000, "a")
        let collector = journal.start()
        try await shop.expectCounted(1000)
        try journal.write(1000..<1100, "a")
        try await shop.expectCounted(1100)
        try journal.write(1100..<1200, "b")
        try await shop.expectCounted(1200)
        try await eventually("nothing is left to read") { collector.state?.readUpTo != nil }
        #expect(shop.database.files.map(\.position) == [1200])
        #expect(shop.database.lines == 1200)
        try await collector.kill()
    }

    @Test func readingGoesOnAtTheCursor() async throws {
        let shop = try Workshop()
        let journal = try Journal(shop)
        var end = 0
        for round in 0..<4 {
            try journal.write(end..<end + 300, "a\(round)")
            end += 300
            let collector = journal.start { $0.limits.rows = 70 }
            try await eventually("some of it is counted") { shop.database.counted.count > end - 300 }
            try await collector.kill()
        }
        let collector = journal.start()
        try await shop.expectCounted(end)
        try await collector.kill()
    }

    @Test func anOutageLosesNothing() async throws {
        let shop = try Workshop()
        let journal = try Journal(shop)
        try journal.write(0..<100, "a")
        let collector = journal.start()
        try await shop.expectCounted(100)
        shop.database.always(.fail)
        try journal.write(100..<5000, "a")
        try await eventually("the outage is seen") {
            if case .away = collector.state?.writing { return true }
            return false
        }
        shop.database.always(nil)
        shop.database.next(.loseAcknowledgement)
        try await shop.expectCounted(5000)
        #expect(shop.database.files.map(\.position) == [5000])
        try await collector.kill()
    }

    @Test func whatWasVacuumedIsSaidAndReadingGoesOnBehindIt() async throws {
        let shop = try Workshop()
        let journal = try Journal(shop)
        try journal.write(0..<100, "a")
        let first = journal.start()
        try await shop.expectCounted(100)
        try await first.kill()
        try journal.write(100..<200, "b")
        try journal.write(200..<300, "c")
        try shop.remove(journal.folder.appending("a.journal"))
        try shop.remove(journal.folder.appending("b.journal"))
        let collector = journal.start()
        try await eventually("the rest is counted") { shop.database.counted.count == 200 }
        try await eventually("the loss is said") { collector.says("no longer holds") }
        #expect(shop.database.counted[LogLine.id(200)] == 1)
        #expect(shop.database.counted.values.allSatisfy { $0 == 1 })
        try await collector.kill()
    }

    @Test func aCommandThatEndsIsStartedAgain() async throws {
        let shop = try Workshop()
        let journal = try Journal(shop)
        try journal.write(0..<50, "a")
        // Ends by itself after a while, as if it had been killed.
        let program = shop.path("journalctl")
        try shop.append("#!/bin/sh\nexec timeout 1 /usr/bin/journalctl \"$@\"\n", to: program)
        try shop.run("/bin/chmod", "0755", program.string)
        let collector = journal.start { $0.program = program }
        for part in 1..<4 {
            try await shop.expectCounted(part * 50)
            try await eventually("its end is said") { collector.says("journalctl") }
            try journal.write(part * 50..<part * 50 + 50, "a")
        }
        try await shop.expectCounted(200)
        try await collector.kill()
    }

    @Test func aCommandThatIsNotThereIsSaid() async throws {
        let shop = try Workshop()
        let journal = try Journal(shop)
        let collector = journal.start { $0.program = "/nonexistent/journalctl" }
        try await eventually("it is said") { collector.says("journalctl") }
        try await collector.kill()
    }
}

@Suite struct JournalLinesTests {
    @Test func aCursorIsFoundWhereverItStands() {
        for line in [
            #"{"__CURSOR":"s=1;i=2","MESSAGE":"x"}"#, #"{"MESSAGE":"x", "__CURSOR" : "s=1;i=2"}"#,
            #"{"MESSAGE":"\"__CURSOR\":\"s=9\"","__CURSOR":"s=1;i=2"}"#,
        ] {
            #expect(Array(line.utf8).withUnsafeBytes { JournalLines.cursor(of: $0) } == "s=1;i=2")
        }
        #expect(Array("{}".utf8).withUnsafeBytes { JournalLines.cursor(of: $0) } == nil)
    }

    @Test func onlyWholeEntriesAreTaken() {
        var lines = JournalLines()
        lines.append(Array("one\ntwo\nth".utf8))
        var seen: [String] = []
        let first = lines.take(1) { bytes, _ in seen.append(String(decoding: bytes, as: UTF8.self)) }
        lines.append(Array("ree\n".utf8))
        let rest = lines.take(10) { bytes, last in
            seen.append(String(decoding: bytes, as: UTF8.self))
            seen.append(String(decoding: bytes[last], as: UTF8.self))
        }
        #expect(first == 1 && rest == 2)
        #expect(seen == ["one\n", "two\nthree\n", "three"])
        #expect(!lines.hasEntry)
    }
}
