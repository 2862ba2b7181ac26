internal import Accounts
internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// Sign in, sign out.
struct SignInPages: Sendable {
    let site: Site

    func addRoutes(to router: Router<ConsoleContext>) {
        router.get("/sign-in", use: form)
        router.post("/sign-in", use: signIn)
        router.post("/sign-out", use: signOut)
    }

    private func form(_ request: Request, context: ConsoleContext) async throws -> Response {
        let fields = try site.fields(of: request)
        let target = Self.safeTarget(fields["next"])
        if let token = site.cookies.session(of: request),
            case .signedIn = await site.keeper.find(token, isUse: false)
        {
            return .redirect(to: target)
        }
        var content: [String: Any] = [:]
        if fields["signed_out"] != nil { content["notice"] = "You are signed out." }
        return try await show(request, next: target, name: "", content)
    }

    private func signIn(_ request: Request, context: ConsoleContext) async throws -> Response {
        let fields: FormFields
        do {
            fields = try await site.formGuard.fields(of: request, context: context)
        } catch ConsoleProblem.foreignForm {
            let words = "This form was too old, or cookies are blocked for this site. Please sign in again."
            return try await show(request, next: "/dashboard", name: "", ["problem": words], status: .forbidden)
        }
        let target = Self.safeTarget(fields["next"])
        let name = fields["name"] ?? ""
        if case .down = await site.figures.state().database {
            return try await show(request, next: target, name: name, [:], status: .serviceUnavailable)
        }
        do {
            return try await attempt(request, context, name: name, password: fields["password"] ?? "", target: target)
        } catch let problem as ConsoleProblem {
            guard case .databaseDown = problem else { throw problem }
            return try await show(request, next: target, name: name, [:], status: .serviceUnavailable)
        }
    }

    private func attempt(
        _ request: Request,
        _ context: ConsoleContext,
        name: String,
        password: String,
        target: String
    ) async throws -> Response {
        let address = site.clientAddress(of: request, context: context)
        let outcome = try await site.reading(context) {
            try await site.desk.signIn(name: name, password: password, from: address)
        }
        switch outcome {
        case .signedIn(let token, let session):
            var response = Response.redirect(to: session.mustChangePassword ? "/password" : target)
            site.cookies.set(session: token, for: site.desk.limits.absolute, on: &response)
            return response
        case .refused:
            let words = "Name or password is wrong."
            return try await show(request, next: target, name: name, ["problem": words], status: .unprocessableContent)
        case .delayed(let until):
            let now = site.now()
            let seconds = max(1, until.timeIntervalSince(now).rounded(.up))
            let words = "Too many sign-ins failed. Try again in \(TimeText.span(seconds))."
            let content: [String: Any] = ["problem": words, "wait_seconds": Int(seconds)]
            var response = try await show(request, next: target, name: name, content, status: .tooManyRequests)
            response.headers[.retryAfter] = String(Int(seconds))
            return response
        }
    }

    private func signOut(_ request: Request, context: ConsoleContext) async throws -> Response {
        _ = try await site.formGuard.fields(of: request, context: context)
        if let visit = context.visit {
            let address = site.clientAddress(of: request, context: context)
            let entry = AuditEntry(
                at: site.now(),
                action: .signedOut,
                account: visit.session.account,
                address: address.text
            )
            await site.keeper.close(visit.token, audit: entry)
        }
        var response = Response.redirect(to: "/sign-in?signed_out=1")
        site.cookies.clearSession(on: &response)
        return response
    }

    private func show(
        _ request: Request,
        next: String,
        name: String,
        _ content: [String: Any],
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        var randomness = SystemRandomNumberGenerator()
        let known = site.cookies.formSecret(of: request)
        let secret = known ?? SessionToken(using: &randomness)
        let state = await site.figures.state()
        let frame = PageFrame(
            title: "Sign in",
            state: state,
            zone: site.zone(of: request),
            now: site.now(),
            scripts: ["pages_js"]
        )
        var content = content
        content["form_token"] = FormToken(for: secret, purpose: "sign in").text
        content["next"] = next
        content["name"] = String(name.prefix(AccountName.maximumLength))
        content["is_name_empty"] = name.isEmpty
        content["is_closed"] = !state.database.answersQueries
        var response = try site.page("sign-in", frame, content, status: status)
        if known == nil { site.cookies.set(formSecret: secret, on: &response) }
        return response
    }

    /// A place of ours to go on to; anything else is the dashboard.
    static func safeTarget(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/sign-in"), text.utf8.count < 2048,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return "/dashboard" }
        return text
    }
}
