import CollectorFixtures
import Foundation
import MailEvents
import SystemPackage
import Testing

@testable import Collector

extension Workshop {
    /// The folder of a pattern's files.
    func segmentFolder() throws -> FilePath {
        let folder = path("segments")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        return folder
    }

    /// Starts a collector of the files that match, with times as short as a test's.
    func startPattern(
        _ pattern: String = "*",
        _ change: (inout PatternSettings) -> Void = { _ in }
    ) throws -> RunningCollector {
        let text = try segmentFolder().appending(pattern).string
        var settings = PatternSettings(FilePattern(text), format: .postfix, spool: SpoolSettings(folder: spool))
        settings.watch = self.settings.watch
        settings.limits.age = .milliseconds(20)
        settings.scanInterval = .milliseconds(200)
        settings.quiet = .milliseconds(300)
        change(&settings)
        let source = SourceDescription(node: "mx1", name: text, format: .postfix)
        return RunningCollector([SourceSettings(source, .pattern(settings))], database)
    }

    /// Waits until all that is in the spool is taken out of it.
    func expectEmptySpool(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("the spool is empty", sourceLocation: sourceLocation) {
            try SpoolFolder(spool).keys().isEmpty
        }
    }
}
