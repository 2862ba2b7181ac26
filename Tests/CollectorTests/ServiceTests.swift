import CollectorFixtures
import Logging
import MailEvents
import ServiceLifecycle
import SystemPackage
import Testing

@testable import Collector

@Suite(.serialized) struct ServiceTests {
    func source(_ path: FilePath, _ shop: Workshop, _ change: (inout FollowSettings) -> Void = { _ in })
        -> SourceSettings
    {
        var settings = shop.settings
        settings.path = path
        let description = SourceDescription(node: "mx1", name: path.string, format: .postfix)
        settings.spool = SpoolSettings(of: description, below: shop.spool)
        change(&settings)
        return SourceSettings(description, .file(settings))
    }

    @Test func oneSourceThatFailsDoesNotStopTheOthers() async throws {
        let shop = try Workshop()
        let other = RecordingDatabase()
        try shop.append(0..<100)
        try shop.append(0..<100, to: shop.path("other.log"))
        let sources = [source(shop.log, shop), source(shop.path("other.log"), shop)]
        other.always(.hang)
        let service = CollectorService(
            sources: sources,
            makeWriter: { RecordingWriter($0.name == shop.log.string ? shop.database : other) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let task = Task { try await service.run() }
        try await shop.expectCounted(100)
        try shop.append(100..<200)
        try await shop.expectCounted(200)
        #expect(other.counted.isEmpty)
        #expect(service.states.map(\.name) == [shop.log.string, shop.path("other.log").string])
        #expect(service.states[0].events == 200 && service.states[0].lines == 200)
        task.cancel()
        try await task.value
    }

    @Test func aShutdownCommitsWhatWasRead() async throws {
        let shop = try Workshop()
        try shop.append(0..<10)
        // A batch that would stay open for ever.
        let service = CollectorService(
            sources: [source(shop.log, shop) { $0.limits.age = .seconds(3600) }],
            makeWriter: { _ in RecordingWriter(shop.database) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let group = ServiceGroup(services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { try await group.run() }
        try await eventually("the lines are read") { service.states[0].lagBytes > 0 }
        #expect(shop.database.counted.isEmpty)
        await group.triggerGracefulShutdown()
        try await task.value
        try await shop.expectCounted(10)
        #expect(service.states[0].writing == .stopped)
    }

    @Test func aShutdownDoesNotWaitForADatabaseThatHangs() async throws {
        let shop = try Workshop()
        try shop.append(0..<10)
        shop.database.always(.hang)
        let service = CollectorService(
            sources: [source(shop.log, shop)],
            makeWriter: { _ in RecordingWriter(shop.database) },
            shutdownBound: .milliseconds(200),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let group = ServiceGroup(services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { try await group.run() }
        try await eventually("it has been started") { service.states[0].writing == .opening }
        await group.triggerGracefulShutdown()
        try await task.value
        #expect(shop.database.counted.isEmpty)
    }

    @Test func theDatabaseHearsHowASourceStands() async throws {
        let shop = try Workshop()
        let before = TimeSource.system.wall()
        try shop.append(0..<10)
        let collector = shop.start()
        try await shop.expectCounted(10)
        try await eventually("it hears that all is read") { shop.database.reports.last?.readUpTo ?? 0 > before }
        // The one on its way may still be of before the last batch.
        try await eventually("it hears that nothing is left") { shop.database.reports.last?.lagBytes == 0 }
        #expect(shop.database.reports.last?.lastError == nil)
        try shop.remove(shop.log)
        try await eventually("it hears of the absence") {
            shop.database.reports.last?.lastError?.contains("does not exist") == true
        }
        // The one that told of it first may have been begun when all was still read.
        try await eventually("nothing is said to be read") {
            shop.database.reports.last.map { $0.readUpTo == nil && $0.lastError != nil } ?? false
        }
        try await collector.kill()
    }
}
