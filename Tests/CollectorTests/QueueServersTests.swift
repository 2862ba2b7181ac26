import CollectorFixtures
import Foundation
import MailEvents
import SystemPackage
import Testing

@testable import Collector

/// Queues of servers other than Postfix.
@Suite struct QueueListingTests {
    private static let exim = """
         4h  2.9K 1tpwQm-000000003Ab-1z9K <news@example.net>
                D ann@example.org
                  bob@Example.ORG
                  carl@example.com

        25m   890 1tpwQn-000000003Ac-1z9K <> *** frozen ***
                  4h@example.org

         3d   1.1M 0tpwQn-0003Ac-1z <x@example.net> (via a proxy)

        """

    @Test(arguments: [1, 13, 64, 10_000])
    func anEximListingIsCountedHoweverItIsCut(step: Int) {
        var counter = EximQueueCounter()
        let bytes = Array(Self.exim.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            counter.take(Array(bytes[start..<min(start + step, bytes.count)]))
        }
        counter.finish()
        #expect(counter.delayed == 3)
        // One message to two recipients of a domain, one of them done, counts once there.
        #expect(
            counter.parts.largest(9) == [
                QueuePart(domain: "example.org", delayed: 2), QueuePart(domain: "example.com", delayed: 1),
            ]
        )
    }

    @Test func anEmptyListingIsZero() {
        var counter = EximQueueCounter()
        counter.finish()
        #expect(counter.delayed == 0 && counter.parts.largest(9).isEmpty)
    }

    @Test func kumoMTATellsSourcesDomainsAndConnections() {
        let text = """
            # HELP connection_count number of active connections
            # TYPE connection_count gauge
            connection_count{service="esmtp_listener"} 5
            connection_count{service="smtp_client"} 7
            connection_count{service="smtp_client:ip7->(mx1|mx2).example.org"} 7
            ready_count{service="smtp_client:ip7->(mx1|mx2).example.org"} 3
            ready_count{service="smtp_client:ip8->mx.example.com"} 2
            ready_count{service="log_hook:webhook"} 900
            scheduled_count{queue="spring:acme@Example.org"} 40
            scheduled_count{queue="example.com!relay.example.net"} 1.0
            scheduled_count{queue="broken
            memory_usage 1.85687e+08
            scheduled_count{queue="x"} NaN

            """
        let sample = KumoMTAMetrics.sample(Array(text.utf8), takenAt: 1, parts: 9)
        #expect((sample.active, sample.delayed) == (5, 41))
        #expect((sample.connectionsIn, sample.connectionsOut) == (5, 7))
        #expect(
            sample.parts == [
                QueuePart(domain: "example.org", delayed: 40), QueuePart(binding: "ip7", active: 3),
                QueuePart(binding: "ip8", active: 2), QueuePart(domain: "example.com", delayed: 1),
            ]
        )
    }

    @Test func whatIsPastTheLargestPartsIsOther() {
        var parts = QueueParts()
        for number in 1...5 { parts.add(QueuePart(domain: "d\(number).example", delayed: Int64(number))) }
        parts.add(QueuePart(binding: "ip7", active: 1))
        #expect(
            parts.largest(2) == [
                QueuePart(domain: "d5.example", delayed: 5), QueuePart(domain: "d4.example", delayed: 4),
                QueuePart(domain: "other", delayed: 6), QueuePart(binding: "ip7", active: 1),
            ]
        )
    }

    @Test func aQueueOfAMillionInventedDomainsStaysSmall() {
        var parts = QueueParts()
        for number in 0..<200_000 { parts.add(QueuePart(domain: "d\(number).example", delayed: 1)) }
        let largest = parts.largest(200)
        #expect(largest.count == 201 && largest.map(\.delayed).reduce(0, +) == 200_000)
    }
}

@Suite(.serialized) struct QueueServerTests {
    private func collect(_ server: QueueGaugeSettings.Server, in shop: Workshop) -> RunningCollector {
        var source = SourceSettings(
            SourceDescription(node: "mx1", name: shop.log.string, format: .postfix),
            .file(shop.settings)
        )
        var queue = QueueGaugeSettings(server)
        queue.interval = .milliseconds(20)
        source.queue = queue
        return RunningCollector([source], shop.database)
    }

    @Test func momentumTellsBindingsDomainsAndConnections() async throws {
        let shop = try Workshop()
        let server = try StatisticsServer([
            "/stats/summary":
                #"{"ActiveQueueSize": 39, "DelayedQueueSize": 2, "InboundConcurrency": 1340, "OutboundConcurrency": 209, "Uptime": 5}"#,
            "/stats/queues/mailq?limit=200":
                #"{"QueueSummary": [{"group": "bg", "binding": "ip_1", "domain": "Example.org", "aq": 1, "dq": 284, "receptions": 8}]}"#,
        ])
        let collector = collect(.momentum(server.address), in: shop)
        try await eventually("samples come") { shop.database.samples.count >= 3 }
        let first = try #require(shop.database.samples.first)
        #expect((first.active, first.delayed, first.connectionsIn, first.connectionsOut) == (39, 2, 1340, 209))
        #expect(
            first.parts == [
                QueuePart(bindingGroup: "bg", binding: "ip_1", domain: "example.org", active: 1, delayed: 284)
            ]
        )
        // Parts come once a minute.
        #expect(shop.database.samples.dropFirst().allSatisfy { $0.parts.isEmpty && $0.active == 39 })
        try await collector.kill()
    }

    @Test func aListenerThatDoesNotAnswerIsSaidAndTheLogStillFollowed() async throws {
        let shop = try Workshop()
        let server = try StatisticsServer([:])
        let collector = collect(.kumomta(server.address), in: shop)
        try await eventually("it is said") { collector.says("it answers 404") }
        try shop.append(0..<10)
        try await shop.expectCounted(10)
        #expect(shop.database.samples.isEmpty)
        try await collector.kill()
        server.stop()
        let second = collect(.momentum(server.address), in: shop)
        try await eventually("it is said") { second.says("cannot be read") }
        try await second.kill()
    }
}
