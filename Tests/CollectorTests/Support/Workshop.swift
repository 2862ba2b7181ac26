import CollectorFixtures
import Foundation
import MailEvents
import SystemPackage
import Testing

@testable import Collector

/// A folder of a test, with a log in it, a spool, and a database that outlives the collectors of the test.
final class Workshop: Sendable {
    let folder: FilePath
    let database: RecordingDatabase

    /// - Parameters:
    ///   - memory: in a file system in memory, where there is one: for many short tests.
    ///   - wall: the database's clock.
    init(memory: Bool = false, wall: @escaping @Sendable () -> Int64 = TimeSource.system.wall) throws {
        database = RecordingDatabase(wall: wall)
        let isThere = memory && FileManager.default.isWritableFile(atPath: "/dev/shm")
        folder = FilePath(isThere ? "/dev/shm" : NSTemporaryDirectory()).appending("mailmill-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    }

    deinit {
        // What is left of a test's folder is nobody's loss.
        try? FileManager.default.removeItem(atPath: folder.string)
    }

    var log: FilePath { folder.appending("mail.log") }
    var spool: FilePath { folder.appending("spool") }

    func path(_ name: String) -> FilePath { folder.appending(name) }

    /// Times as short as a test's.
    var settings: FollowSettings {
        var settings = FollowSettings(path: log, format: .postfix, spool: SpoolSettings(folder: spool))
        settings.watch.shortestPause = .milliseconds(5)
        settings.watch.longestPause = .milliseconds(20)
        settings.watch.grace = .milliseconds(300)
        settings.watch.missingGrace = .milliseconds(50)
        settings.watch.surveyInterval = .milliseconds(500)
        settings.watch.patience = .seconds(2)
        settings.limits.age = .milliseconds(20)
        settings.spool.lag = 4096
        settings.spool.lagTime = .milliseconds(100)
        return settings
    }

    /// Starts a collector, which follows the log until it is stopped.
    func start(_ settings: FollowSettings? = nil) -> RunningCollector {
        RunningCollector(settings ?? self.settings, database)
    }
}

// The log, written by others.
extension Workshop {
    func append(_ text: String, to path: FilePath? = nil) throws {
        let path = path ?? log
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .append],
            permissions: [.ownerReadWrite]
        )
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }

    func append(_ numbers: Range<Int>, to path: FilePath? = nil) throws {
        try append(LogLine.text(numbers), to: path)
    }

    func rename(_ from: FilePath, _ to: FilePath) throws {
        try? FileManager.default.removeItem(atPath: to.string)
        try FileManager.default.moveItem(atPath: from.string, toPath: to.string)
    }

    func remove(_ path: FilePath) throws {
        try FileManager.default.removeItem(atPath: path.string)
    }

    func truncate(_ path: FilePath) throws {
        let file = try FileDescriptor.open(path, .writeOnly, options: [.truncate])
        try file.close()
    }

    /// Runs a program and waits for it.
    @discardableResult
    func run(_ program: String, _ arguments: String...) throws -> Int32 {
        try run(program, arguments)
    }

    @discardableResult
    func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

extension Workshop {
    /// Cuts a file and writes it anew, so fast that nobody looks in between.
    func overwrite(_ path: FilePath, _ text: String) throws {
        let file = try FileDescriptor.open(path, .readWrite)
        try file.closeAfter {
            _ = try file.writeAll(toAbsoluteOffset: 0, text.utf8)
        }
    }

    /// Waits until the lines 0 up to `count` are counted, each once and nothing else.
    func expectCounted(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("\(count) lines are counted", sourceLocation: sourceLocation) {
            database.counted.count >= count
        }
        let counted = database.counted
        let wrong = counted.filter { $0.value != 1 }
        let missing = (0..<count).filter { counted[LogLine.id($0)] == nil }
        let state =
            "\(database.lines) lines, \(database.quarantined.count) not read, at \(database.files.map(\.position))"
        let summary = "\(state); missing \(missing.count) from \(missing.first ?? -1), \(wrong.count) more than once"
        #expect(wrong.isEmpty && missing.isEmpty, "\(summary)", sourceLocation: sourceLocation)
        #expect(counted.count == count, "as many as there are", sourceLocation: sourceLocation)
    }
}

extension Workshop {
    /// A workshop in which a collector has counted the lines 0 up to `count` and was killed.
    static func withCounted(_ count: Int) async throws -> Workshop {
        let shop = try Workshop()
        try shop.append(0..<count)
        try await shop.startAndExpect(count)
        return shop
    }

    /// Runs a collector until the lines 0 up to `count` are counted.
    func startAndExpect(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let collector = start()
        try await expectCounted(count, sourceLocation: sourceLocation)
        try await eventually("nothing is left to read", sourceLocation: sourceLocation) {
            collector.state?.readUpTo != nil
        }
        try await collector.kill()
        try await expectCounted(count, sourceLocation: sourceLocation)
    }

    func setModified(_ path: FilePath, secondsAgo: Double) throws {
        let date = Date(timeIntervalSinceNow: -secondsAgo)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path.string)
    }
}

extension Workshop {
    /// What the spool holds of all logs, as text.
    func spooledText() throws -> String {
        let spool = SpoolFolder(spool)
        var bytes: [UInt8] = []
        for key in try spool.keys() {
            let content = SpoolContent(folder: spool, key: key)
            var position = try content.start()
            while true {
                let got = try content.bytes(at: position, count: 1 << 16)
                if got.isEmpty { break }
                bytes += got
                position += Int64(got.count)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits until the line before `count` is in the spool.
    func expectSpooled(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let id = LogLine.id(count - 1) + ": to="
        try await eventually("line \(count - 1) is in the spool", sourceLocation: sourceLocation) {
            try spooledText().contains(id)
        }
    }
}
