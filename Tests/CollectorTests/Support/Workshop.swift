import CollectorFixtures
import Foundation
import MailEvents
import SystemPackage

@testable import Collector

/// A folder of a test, with a log in it, a spool, and a database that outlives the collectors of the test.
final class Workshop: Sendable {
    let folder: FilePath
    let database = RecordingDatabase()

    init() throws {
        folder = FilePath(NSTemporaryDirectory()).appending("mailmill-\(UUID().uuidString)")
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
        settings.watch.shortestPause = .milliseconds(2)
        settings.watch.longestPause = .milliseconds(10)
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
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
