import CollectorFixtures
import MailEvents
import SystemPackage
import Testing

@testable import Collector

@Suite struct PostqueueCounterTests {
    static let output = ["active", "incoming", "maildrop", "deferred", "deferred", "hold"].map { queue in
        "{\"queue_name\": \"\(queue)\", \"queue_id\": \"4Zt9kL2Qm4z1Gk\", \"arrival_time\": 1772680028, "
            + "\"message_size\": 20480, \"forced_expire\": false, \"sender\": \"news@example.net\", "
            + "\"recipients\": [{\"address\": \"\\\"queue_name\\\": \\\"active\\\"@Example.ORG\", "
            + "\"delay_reason\": \"try later\"}]}\n"
    }.joined()

    @Test(arguments: [1, 7, 63, 64, 65, 1000, 100_000])
    func everyMessageIsCountedOnceHoweverTheOutputIsCut(step: Int) {
        var counter = PostqueueCounter()
        let bytes = Array(PostqueueCounterTests.output.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            counter.take(Array(bytes[start..<min(start + step, bytes.count)]))
        }
        #expect(counter.active == 3)
        #expect(counter.delayed == 3)
        #expect(counter.unknown == 0)
        // What an address only looks like is none: its quotes are escaped.
        #expect(counter.parts.largest(9) == [QueuePart(domain: "example.org", active: 3, delayed: 3)])
    }

    @Test func anEmptyQueueIsZero() {
        var counter = PostqueueCounter()
        counter.take([])
        #expect(counter == PostqueueCounter())
    }

    @Test func whatIsNotKnownIsCountedAsThat() {
        var counter = PostqueueCounter()
        counter.take(Array("{\"queue_name\": \"trash\"}\nnonsense\n\n".utf8))
        #expect(counter.unknown == 2)
    }

    @Test func aSlowRunIsMadeLessOften() {
        let settings = QueueGaugeSettings()
        #expect(QueueGauge.wait(settings, took: .milliseconds(100)) == .milliseconds(9900))
        #expect(QueueGauge.wait(settings, took: .seconds(5)) == .seconds(45))
    }
}

@Suite(.serialized) struct QueueGaugeTests {
    func start(_ shop: Workshop, script: String) throws -> RunningCollector {
        let program = shop.path("postqueue")
        try shop.append("#!/bin/sh\n\(script)\n", to: program)
        try shop.run("/bin/chmod", "0755", program.string)
        var source = SourceSettings(
            SourceDescription(node: "mx1", name: shop.log.string, format: .postfix),
            .file(shop.settings)
        )
        var queue = QueueGaugeSettings()
        queue.program = program
        queue.interval = .milliseconds(50)
        queue.partsInterval = .milliseconds(1)
        source.queue = queue
        return RunningCollector([source], shop.database)
    }

    @Test func sizesAreStored() async throws {
        let shop = try Workshop()
        try shop.append(PostqueueCounterTests.output, to: shop.path("queue"))
        let collector = try start(shop, script: "exec cat \(shop.path("queue").string)")
        try await eventually("samples come") { shop.database.samples.count >= 3 }
        #expect(shop.database.samples.allSatisfy { $0.active == 3 && $0.delayed == 3 })
        #expect(shop.database.samples.allSatisfy { $0.parts.map(\.domain) == ["example.org"] })
        try await collector.kill()
    }

    @Test func samplesOfAnOutageAreStoredAfterIt() async throws {
        let shop = try Workshop()
        let collector = try start(shop, script: "exit 0")
        try await eventually("samples come") { shop.database.samples.count >= 1 }
        shop.database.always(.fail)
        let before = shop.database.samples.count
        try await eventually("the outage is seen") {
            if case .away = collector.state?.writing { return true }
            return false
        }
        shop.database.always(nil)
        try await eventually("samples come again") { shop.database.samples.count >= before + 5 }
        let times = shop.database.samples.map(\.takenAt)
        #expect(times == times.sorted())
        #expect(Set(times).count == times.count)
        try await collector.kill()
    }

    @Test func aFailureIsSaidAndTheLogStillFollowed() async throws {
        let shop = try Workshop()
        let collector = try start(shop, script: "echo 'postqueue: fatal: mail system is down' >&2; exit 69")
        try await eventually("it is said") { collector.says("mail system is down") }
        try shop.append(0..<10)
        try await shop.expectCounted(10)
        #expect(shop.database.samples.isEmpty)
        try await collector.kill()
    }
}
