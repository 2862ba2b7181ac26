import Accounts
import ConsoleStandIns
import Foundation
import Store
import Testing

@testable import WebConsole

@Suite struct LiveTests {
    private func topic(_ query: String) throws -> LiveTopic {
        try LiveTopic(try FormFields(parsing: query), at: ConsoleFixture.start, zone: .gmt)
    }

    private let session = SessionDigest(bytes: [1])

    /// Steps the hub until `count` events of that name came, or 200 steps were made.
    private func events(
        _ name: String,
        _ count: Int,
        of subscription: LiveSubscription,
        _ fixture: ConsoleFixture,
        between: @escaping @Sendable () -> Void = {}
    ) async -> [LiveEvent] {
        let hub = fixture.application.hub
        let stepping = Task {
            for _ in 0..<200 where !Task.isCancelled {
                await hub.step()
                between()
                await Task.yield()
            }
            subscription.end()
        }
        var found: [LiveEvent] = []
        for await event in subscription.events where event.name == name {
            found.append(event)
            if found.count == count { break }
        }
        stepping.cancel()
        return found
    }

    @Test func figuresMoveWithTheEvents() async throws {
        let fixture = try await ConsoleFixture()
        let subscription = try await fixture.application.hub.subscribe(try topic(""), session: session)
        let tiles = await events("tiles", 2, of: subscription, fixture) {
            fixture.figures.change { $0.extraDeliveries += 1000 }
        }
        func deliveries(_ event: LiveEvent) throws -> Int {
            let tiles = try JSONSerialization.jsonObject(with: Data(event.data.utf8)) as? [[String: String]]
            let number = try #require(tiles?.first { $0["key"] == "deliveries" }?["full"])
            return try #require(Int(number.replacing(",", with: "")))
        }
        #expect(try deliveries(tiles[1]) > deliveries(tiles[0]))
    }

    @Test func liveTotalIsThePagesTotal() async throws {
        let fixture = try await ConsoleFixture()
        let subscription = try await fixture.application.hub.subscribe(try topic(""), session: session)
        let tiles = try #require(await events("tiles", 1, of: subscription, fixture).first)
        try await fixture.browse { (browser: Browser) async throws in
            try await browser.signIn()
            let page = try await browser.get("/dashboard")
            for key in ["receptions", "deliveries", "bounces", "rejections", "active", "delayed"] {
                let number = try #require(page.tile(key))
                #expect(
                    tiles.data.contains("\"full\":\"\(number)\",\"key\":\"\(key)\""),
                    "\(key) \(number) in \(tiles.data)"
                )
            }
        }
    }

    @Test func firstSeriesIsWholeAndTheNextAreItsEnd() async throws {
        let fixture = try await ConsoleFixture()
        let subscription = try await fixture.application.hub.subscribe(try topic(""), session: session)
        let series = try #require(await events("series", 1, of: subscription, fixture).first)
        #expect(series.data.contains("\"bucket\":60"))
        #expect(series.data.components(separatedBy: "],[").count > 100)
        let again = try await fixture.application.hub.subscribe(try topic(""), session: session)
        let points = try #require(
            await events("points", 1, of: again, fixture) { fixture.figures.change { $0.extraDeliveries += 1 } }.first
        )
        #expect(points.data.components(separatedBy: "],[").count < 10)
    }

    @Test func manyBrowsersCostOneQuestion() async throws {
        let fixture = try await ConsoleFixture()
        let hub = fixture.application.hub
        for number in 0..<40 {
            _ = try await hub.subscribe(try topic(""), session: SessionDigest(bytes: [UInt8(number)]))
        }
        for _ in 0..<10 { await hub.step() }
        let before = fixture.figures.calls
        for _ in 0..<20 { await hub.step() }
        #expect(fixture.figures.calls - before <= 20)
    }

    @Test func nobodyWatchingCostsNothing() async throws {
        let fixture = try await ConsoleFixture()
        let hub = fixture.application.hub
        let running = Task { await hub.run() }
        let subscription = try await hub.subscribe(try topic(""), session: session)
        var iterator = subscription.events.makeAsyncIterator()
        _ = await iterator.next()
        await hub.unsubscribe(subscription.id)
        // One question may be under way.
        let before = fixture.figures.calls
        for _ in 0..<50 { await Task.yield() }
        #expect(fixture.figures.calls - before <= 2)
        running.cancel()
        await running.value
    }

    @Test func streamsAreBounded() async throws {
        let fixture = try await ConsoleFixture { settings in
            settings.live.streams = 5
            settings.live.streamsOfSession = 3
        }
        let hub = fixture.application.hub
        var subscriptions: [LiveSubscription] = []
        for _ in 0..<3 { subscriptions.append(try await hub.subscribe(try topic(""), session: session)) }
        await #expect(throws: ConsoleProblem.tooManyStreams) {
            _ = try await hub.subscribe(try topic(""), session: session)
        }
        for number: UInt8 in 2...3 {
            _ = try await hub.subscribe(try topic(""), session: SessionDigest(bytes: [number]))
        }
        await #expect(throws: ConsoleProblem.tooManyStreams) {
            _ = try await hub.subscribe(try topic(""), session: SessionDigest(bytes: [4]))
        }
        await hub.unsubscribe(subscriptions[0].id)
        _ = try await hub.subscribe(try topic(""), session: session)
    }

    @Test func databaseThatGoesAwayIsToldAndThatItIsBack() async throws {
        let fixture = try await ConsoleFixture()
        let hub = fixture.application.hub
        let subscription = try await hub.subscribe(try topic(""), session: session)
        for _ in 0..<5 { await hub.step() }
        await fixture.goDown()
        let asked = fixture.figures.calls
        for _ in 0..<5 { await hub.step() }
        #expect(fixture.figures.calls == asked, "nobody asks a database that is down")
        let late = try await hub.subscribe(try topic(""), session: session)
        var lateEvents = late.events.makeAsyncIterator()
        #expect(await lateEvents.next()?.data.contains("\"state\":\"down\"") == true)
        await fixture.comeBack()
        for _ in 0..<5 { await hub.step() }
        await hub.unsubscribe(subscription.id)
        var states: [String] = []
        var names: [String] = []
        for await event in subscription.events {
            if event.name == "state" { states.append(event.data.contains("\"state\":\"down\"") ? "down" : "up") }
            names.append(event.name)
        }
        #expect(states == ["up", "down", "up"])
        #expect(names.lastIndex(of: "series").map { $0 > (names.lastIndex(of: "state") ?? 0) } == true)
    }

    @Test func browserThatDoesNotKeepUpIsLetGo() async throws {
        let fixture = try await ConsoleFixture()
        let hub = fixture.application.hub
        let subscription = try await hub.subscribe(try topic(""), session: session)
        for _ in 0..<100 {
            fixture.figures.change { $0.extraDeliveries += 1 }
            await hub.step()
        }
        var count = 0
        for await _ in subscription.events { count += 1 }
        #expect(count == 32)
    }

    @Test func feedReadsTheTailBetweenAllOtherReadings() throws {
        guard case .traffic(let traffic) = try topic("") else { return }
        var feed = TrafficFeed(topic: traffic)
        var now = ConsoleFixture.start
        var readings: [TrafficFeed.Reading] = []
        for _ in 0..<160 {
            let reading = feed.next(at: now)
            readings.append(reading)
            switch reading {
            case .base:
                let chosen = traffic.chosen(at: now)
                feed.setBase(
                    TrafficFeed.Base(
                        chosen: chosen,
                        tailStart: TrafficFeed.tailStart(at: now),
                        series: TrafficSeries(period: chosen.period, bucketSeconds: 60, points: []),
                        queueSeries: QueueSeries(bucketSeconds: 60, points: [])
                    )
                )
            case .breakdown: feed.setBreakdownRead(at: now)
            case .standing: feed.setStanding(Standing(queues: QueueSizes(), nodes: []), at: now)
            case .tail: feed.setTail([])
            }
            now += 0.25
        }
        #expect(readings.first == .base)
        #expect(readings.filter { $0 == .base }.count == 2, "once a minute, which begins in between")
        #expect(zip(readings, readings.dropFirst()).allSatisfy { $0 == .tail || $1 == .tail })
        #expect(readings.filter { $0 == .tail }.count > 100)
        #expect(readings.filter { $0 == .standing }.count > 25)
        #expect(readings.filter { $0 == .breakdown }.count == 4)
    }

    @Test func fixedPeriodsHaveNothingLive() {
        #expect(throws: ConsoleProblem.self) {
            _ = try topic("period=custom&from=2026-11-20T10:00Z&to=2026-11-21T10:00Z")
        }
    }

    @Test func samePageIsTheSameTopicWhateverTheOrderOfItsParameters() throws {
        #expect(try topic("node=mx1&period=1d") == topic("period=1d&node=mx1"))
        #expect(try topic("node=mx1") != topic("node=mx2"))
        #expect(try topic("page=status") == topic("page=status&by=binding"))
    }
}
