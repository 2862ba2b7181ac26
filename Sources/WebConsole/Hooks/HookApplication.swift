internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// The small HTTP application that receives log hooks: nothing of the console is in it, no page, no session. It answers
/// 200 only once the request is on the disk.
struct HookApplication: Sendable {
    private let settings: HookSettings
    private let tls: TLSConfiguration?
    private let endpoints: [String: HookEndpoint]
    private let bodies: BodyBudget
    private let logger: Logger

    /// Throws `WebConsoleError`.
    init(settings: HookSettings, endpoints: [HookEndpoint], logger: Logger) throws {
        self.settings = settings
        self.tls = try settings.tls()
        self.endpoints = Dictionary(endpoints.map { ($0.name, $0) }) { first, _ in first }
        self.bodies = BodyBudget(limit: settings.bodies)
        self.logger = logger
    }

    var router: Router<HookContext> {
        let router = Router(context: HookContext.self)
        router.post("/hooks/{name}") { request, context in
            await answer(request, name: context.parameters.get("name") ?? "")
        }
        return router
    }

    private func answer(_ request: Request, name: String) async -> Response {
        guard let endpoint = endpoints[name], let token = HookToken.find(in: request.headers), endpoint.accepts(token)
        else {
            logger.warning("a log hook was refused: its name or token is wrong")
            return HookProblem(status: .unauthorized, title: "there is no hook of this name with this token").response
        }
        let isGzip: Bool
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "identity", "": isGzip = false
        case "gzip", "x-gzip": isGzip = true
        default: return HookProblem(status: .unsupportedMediaType, title: "only gzip is understood").response
        }
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        guard announced ?? 0 <= settings.bodyLimit else { return tooLarge(settings.bodyLimit) }
        let reserved = announced ?? settings.bodyLimit
        guard bodies.reserve(reserved) else { return later("too much is being received at once", endpoint) }
        defer { bodies.giveBack(reserved) }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: settings.bodyLimit)
        } catch let error as HTTPError where error.status == .contentTooLarge {
            return tooLarge(settings.bodyLimit)
        } catch {
            // The connection broke; this answer reaches nobody.
            return later("the request did not come whole", endpoint)
        }
        let delivery = HookDelivery(
            body: Array(buffer: body),
            isGzip: isGzip,
            batchID: HTTPField.Name("X-MessageSystems-Batch-ID").flatMap { request.headers[$0] }
        )
        switch await endpoint.intake.receive(delivery) {
        case .received: return Response(status: .ok)
        case .later(let reason): return later(reason, endpoint)
        case .damaged(let reason): return HookProblem(status: .badRequest, title: reason).response
        case .tooLarge(let limit): return tooLarge(limit)
        }
    }

    private func later(_ reason: String, _ endpoint: HookEndpoint) -> Response {
        let status: HTTPResponse.Status =
            switch endpoint.retry {
            case .afterClientErrors: .tooManyRequests
            case .always: .serviceUnavailable
            }
        logger.warning("a log hook is put off", metadata: ["hook": "\(endpoint.name)", "reason": "\(reason)"])
        var response = HookProblem(status: status, title: "not received: send it again later").response
        response.headers[.retryAfter] = "30"
        return response
    }

    private func tooLarge(_ limit: Int) -> Response {
        HookProblem(status: .contentTooLarge, title: "a body may have \(limit) bytes").response
    }

    /// The HTTP server around it, not running yet.
    func server(onListening: @escaping @Sendable (Int) async -> Void) throws -> some ApplicationProtocol {
        let listen = settings.listen
        let channel = HTTPServerBuilder.http1(
            configuration: .init(
                idleTimeout: .seconds(75),
                httpDecoderConfiguration: .init(maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024)
            )
        )
        return Application(
            router: router,
            server: try tls.map { try .tls(channel, tlsConfiguration: $0) } ?? channel,
            configuration: ApplicationConfiguration(
                address: .hostname(listen.host, port: listen.port),
                availableConnectionsDelegate: .maximum(settings.connections, logger: logger)
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? listen.port) },
            logger: logger
        )
    }
}

/// What is known of a log hook's request besides itself.
struct HookContext: RequestContext {
    var coreContext: CoreRequestContextStorage

    init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
    }
}

/// How much of bodies may be in memory at a time.
private final class BodyBudget: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    func reserve(_ count: Int) -> Bool {
        used.withLock { used in
            guard used == 0 || used + count <= limit else { return false }
            used += count
            return true
        }
    }

    func giveBack(_ count: Int) {
        used.withLock { $0 -= count }
    }
}
