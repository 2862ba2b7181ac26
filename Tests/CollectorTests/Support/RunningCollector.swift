import CollectorFixtures
import Logging
import MailEvents
import Synchronization
import SystemPackage

@testable import Collector

/// A collector that runs until it is stopped.
final class RunningCollector: Sendable {
    private let task: Task<Void, any Error>
    private let statesOf: @Sendable () -> [SourceState]

    convenience init(_ settings: FollowSettings, _ database: RecordingDatabase) {
        let description = SourceDescription(node: "mx1", name: settings.path.string, format: settings.format)
        self.init([SourceSettings(description, .file(settings))], database)
    }

    init(_ sources: [SourceSettings], _ database: RecordingDatabase) {
        let service = CollectorService(
            sources: sources,
            makeWriter: { _ in RecordingWriter(database) },
            logger: Logger(label: "test") { _ in TestLog.handler }
        )
        statesOf = { service.states }
        task = Task { try await service.run() }
    }

    var state: SourceState? { statesOf().first }
    var states: [SourceState] { statesOf() }

    /// Whether it says that something is wrong which contains this.
    func says(_ text: String) -> Bool {
        statesOf().contains { $0.problems.contains { $0.contains(text) } }
    }

    /// Ends it at once, as a kill does: what was read and not committed is forgotten.
    func kill() async throws {
        task.cancel()
        try await task.value
    }
}
