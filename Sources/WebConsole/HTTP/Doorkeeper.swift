internal import Accounts
internal import Foundation
internal import Hummingbird

/// Lets nobody in who is not signed in, but for the few places that need nobody; and nobody further than to the change
/// of a first password.
struct Doorkeeper: RouterMiddleware {
    typealias Context = ConsoleContext

    let cookies: CookieJar
    let keeper: SessionKeeper

    func handle(
        _ request: Request,
        context: ConsoleContext,
        next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        let place = Place(path: request.uri.path)
        if place == .open { return try await next(request, context) }
        guard let token = cookies.session(of: request) else {
            return try turnAway(request, from: place)
        }
        switch await keeper.find(token, isUse: place != .stream) {
        case .signedOut:
            var response = try turnAway(request, from: place)
            cookies.clearSession(on: &response)
            return response
        case .unverifiable:
            return try turnAway(request, from: place)
        case .signedIn(let session):
            var context = context
            context.visit = Visit(token: token, session: session)
            if session.mustChangePassword, place != .passwordChange {
                guard place == .page else { throw ConsoleProblem.mustChangePassword }
                return .redirect(to: "/password")
            }
            return try await next(request, context)
        }
    }

    /// A page leads to the sign-in and back; what a program asks for is refused in its own words.
    private func turnAway(_ request: Request, from place: Place) throws -> Response {
        guard place == .page || place == .passwordChange, request.method == .get || request.method == .head else {
            throw ConsoleProblem.signedOut
        }
        var fields = FormFields()
        let target = request.uri.string
        if target != "/", target != "/dashboard" { fields.set("next", to: target) }
        let query = fields.encoded
        return .redirect(to: query.isEmpty ? "/sign-in" : "/sign-in?\(query)")
    }
}

/// What kind of place a path is, as the doorkeeper sees it. What is not named here is a page that needs a sign-in.
enum Place: Sendable, Equatable {
    case open
    case passwordChange
    case stream
    case programs
    case page

    init(path: String) {
        switch path {
        case "/sign-in", "/healthz", "/favicon.ico": self = .open
        case "/password", "/sign-out": self = .passwordChange
        case "/live": self = .stream
        case _ where path.hasPrefix("/assets/"): self = .open
        case _ where path.hasPrefix("/api/"): self = .programs
        default: self = .page
        }
    }

    /// Errors are told as problem JSON, not as a page.
    var isForPrograms: Bool { self == .stream || self == .programs }
}
