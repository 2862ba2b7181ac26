internal import Accounts
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import ServiceLifecycle

/// `/live`: server-sent events of a page's figures.
struct LivePages: Sendable {
    let site: Site

    func addRoutes(to router: Router<ConsoleContext>) {
        router.get("/live", use: stream)
    }

    private func stream(_ request: Request, context: ConsoleContext) async throws -> Response {
        guard let visit = context.visit else { throw ConsoleProblem.signedOut }
        // A HEAD request is answered from here too, and would never end what it began.
        guard request.method == .get else { throw ConsoleProblem.notFound }
        let fields = try site.fields(of: request)
        let topic = try LiveTopic(fields, at: site.now(), zone: site.zone(of: request))
        let subscription = try await site.hub.subscribe(topic, session: visit.token.digest)
        let body = ResponseBody { writer in
            do {
                // Nothing more comes from the browser but its good-bye.
                try await request.body.consumeWithInboundCloseHandler { _ in
                    try await write(subscription.events, for: visit, to: &writer)
                } onInboundClosed: {
                    subscription.end()
                }
            } catch {
                await site.hub.unsubscribe(subscription.id)
                throw error
            }
            await site.hub.unsubscribe(subscription.id)
            try await writer.finish(nil)
        }
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        // nginx would hold events back.
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// Writes until the browser goes, the session ends, or the server is told to stop.
    private func write(
        _ events: AsyncStream<LiveEvent>,
        for visit: Visit,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
        for await event in events.cancelOnGracefulShutdown() {
            try await writer.write(ByteBuffer(string: event.text))
            guard event == .heartbeat else { continue }
            if case .signedOut = await site.keeper.find(visit.token, isUse: false) {
                try await writer.write(ByteBuffer(string: LiveEvent.signedOut.text))
                return
            }
        }
    }
}
