import ConsoleStandIns
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOPosix
import Testing

@testable import WebConsole

/// The live feed over a real connection.
@Suite struct StreamTests {
    /// Opens `/live` and hands over what comes, until `body` returns.
    private func follow(
        port: Int,
        cookie: String,
        _ body: @escaping @Sendable (AsyncThrowingStream<String, any Error>) async throws -> Void
    ) async throws {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        try await channel.executeThenClose { inbound, outbound in
            let request = "GET /live HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\n\r\n"
            try await outbound.write(ByteBuffer(string: request))
            let (texts, sink) = AsyncThrowingStream.makeStream(of: String.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await part in inbound { sink.yield(String(buffer: part)) }
                    sink.finish()
                }
                group.addTask { try await body(texts) }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Reads on until `words` were there. Throws if the stream ends before.
    private static func wait(
        for words: String,
        in iterator: inout AsyncThrowingStream<String, any Error>.Iterator,
        _ seen: inout String
    ) async throws {
        while !seen.contains(words) {
            guard let part = try await iterator.next() else { throw Ended(before: words) }
            seen += part
        }
    }

    private struct Ended: Error {
        let before: String
    }

    @Test(.timeLimit(.minutes(1)))
    func streamDeliversWhatHappens() async throws {
        let fixture = try await ConsoleFixture()
        try await fixture.application.server().test(.live) { client in
            let browser = Browser(client: client)
            try await browser.signIn()
            let running = Task { await fixture.application.hub.run() }
            let port = try #require(client.port)
            let token = try #require(browser[cookie: "mailmill"])
            try await follow(port: port, cookie: "mailmill=\(token)") { texts in
                var iterator = texts.makeAsyncIterator()
                var seen = ""
                try await Self.wait(for: "Content-Type: text/event-stream", in: &iterator, &seen)
                try await Self.wait(for: "event: series", in: &iterator, &seen)
                fixture.figures.change { $0.extraDeliveries += 1_000_000 }
                try await Self.wait(for: "\"full\":\"1,0", in: &iterator, &seen)
                fixture.figures.change { situation in
                    situation.database = .down(since: ConsoleFixture.start, reason: "gone")
                }
                try await Self.wait(for: "\"state\":\"down\"", in: &iterator, &seen)
            }
            running.cancel()
            await running.value
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func browserThatLeavesIsForgottenAtOnce() async throws {
        let fixture = try await ConsoleFixture { $0.live.streamsOfSession = 1 }
        try await fixture.application.server().test(.live) { client in
            let browser = Browser(client: client)
            try await browser.signIn()
            let port = try #require(client.port)
            let token = try #require(browser[cookie: "mailmill"])
            for _ in 0..<3 {
                // Nothing is sent meanwhile: the hub does not run.
                try await follow(port: port, cookie: "mailmill=\(token)") { texts in
                    var iterator = texts.makeAsyncIterator()
                    var seen = ""
                    try await Self.wait(for: "retry: 2000", in: &iterator, &seen)
                }
                while await fixture.application.hub.listenerCount > 0 { await Task.yield() }
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func streamEndsWithItsSession() async throws {
        let fixture = try await ConsoleFixture { $0.live.heartbeat = .milliseconds(5) }
        try await fixture.application.server().test(.live) { client in
            let browser = Browser(client: client)
            try await browser.signIn()
            let running = Task { await fixture.application.hub.run() }
            let port = try #require(client.port)
            let token = try #require(browser[cookie: "mailmill"])
            try await follow(port: port, cookie: "mailmill=\(token)") { texts in
                var iterator = texts.makeAsyncIterator()
                var seen = ""
                try await Self.wait(for: "event: heartbeat", in: &iterator, &seen)
                try await browser.post("/sign-out", [:], from: "/account")
                try await Self.wait(for: "event: signed-out", in: &iterator, &seen)
            }
            running.cancel()
            await running.value
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func openStreamDoesNotHoldUpTheEndOfTheServer() async throws {
        let fixture = try await ConsoleFixture()
        let ended = AsyncStream.makeStream(of: Void.self)
        try await fixture.application.server().test(.live) { client in
            let browser = Browser(client: client)
            try await browser.signIn()
            let port = try #require(client.port)
            let token = try #require(browser[cookie: "mailmill"])
            let opened = AsyncStream.makeStream(of: Void.self)
            Task {
                try await follow(port: port, cookie: "mailmill=\(token)") { texts in
                    for try await _ in texts { opened.continuation.yield() }
                }
                ended.continuation.finish()
            }
            for await _ in opened.stream { break }
        }
        for await _ in ended.stream {}
    }
}
