internal import Accounts
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Store

/// What all pages share.
struct Site: Sendable {
    let checked: CheckedSettings
    let templates: Templates
    let assets: Assets
    let charts: ChartLibrary
    let figures: any ConsoleBackend
    let choices: ChoiceCache
    let cookies: CookieJar
    let keeper: SessionKeeper
    let desk: SignInDesk
    let formGuard: FormGuard
    let hub: LiveHub
    let logger: Logger
    let now: @Sendable () -> Date

    func clientAddress(of request: Request, context: ConsoleContext) -> ClientAddress {
        ClientAddress(
            peer: context.peer,
            forwardedFor: HTTPField.Name("X-Forwarded-For").map { request.headers[values: $0] } ?? [],
            trustedProxies: checked.trustedProxies
        )
    }

    /// The person's time zone; UTC until the browser has said its own.
    func zone(of request: Request) -> TimeZone { cookies.zone(of: request) ?? .gmt }

    /// The query of a request, read. Throws `parameters`.
    func fields(of request: Request) throws -> FormFields {
        do {
            return try FormFields(parsing: request.uri.query ?? "")
        } catch {
            let problem = ParameterProblem(
                name: "query",
                given: String((request.uri.query ?? "").prefix(80)),
                expected: "name=value pairs, percent-encoded UTF-8"
            )
            throw ConsoleProblem.parameters([problem])
        }
    }

    /// Runs queries, for as long as a person would wait; what they throw becomes what is to be told: that the database is
    /// down, or a reference to the log.
    func reading<Value: Sendable>(
        _ context: ConsoleContext,
        _ queries: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        do {
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await queries() }
                group.addTask { [limit = checked.settings.queryLimit] in
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let value = try await group.next() ?? nil else { throw ConsoleProblem.tooSlow }
                return value
            }
        } catch let problem as ConsoleProblem {
            throw problem
        } catch is WebConsoleError {
            throw ConsoleProblem.busy
        } catch {
            throw await problem(for: error, context: context)
        }
    }

    func problem(for error: any Error, context: ConsoleContext) async -> ConsoleProblem {
        if case .down(let since, let reason) = await figures.state().database {
            return .databaseDown(since: since, reason: reason)
        }
        let reference = Self.reference()
        context.logger.error("request failed", metadata: ["reference": "\(reference)", "error": "\(error)"])
        return .failed(reference: reference)
    }

    /// Short enough to read out.
    private static func reference() -> String {
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")
        return String((0..<8).compactMap { _ in alphabet.randomElement() })
    }

    // MARK: Answers

    func page(
        _ template: String,
        _ frame: PageFrame,
        _ content: [String: Any],
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let all = frame.content(for: self).merging(content) { _, mine in mine }
        let text = try templates.render(template, all)
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    func json(_ document: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: try JSONText.encode(document)))
        )
    }
}
