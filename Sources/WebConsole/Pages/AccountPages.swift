internal import Accounts
internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// My account, and the change of a first password.
struct AccountPages: Sendable {
    let site: Site

    func addRoutes(to router: Router<ConsoleContext>) {
        router.get("/account", use: account)
        router.post("/account/password", use: changePassword)
        router.post("/account/zone", use: changeZone)
        router.get("/password", use: firstPassword)
        router.post("/password", use: changeFirstPassword)
    }

    // MARK: My account

    private func account(_ request: Request, context: ConsoleContext) async throws -> Response {
        let fields = try site.fields(of: request)
        var content: [String: Any] = [:]
        if fields["changed"] != nil {
            content["notice"] = "Your password is changed. Everywhere else you are signed out."
        }
        return try await showAccount(request, context, content)
    }

    private func changePassword(_ request: Request, context: ConsoleContext) async throws -> Response {
        let fields = try await site.formGuard.fields(of: request, context: context)
        return try await change(request, context, fields, present: fields["present"] ?? "", then: "/account?changed=1")
        {
            try await showAccount(request, context, $0, status: $1)
        }
    }

    private func changeZone(_ request: Request, context: ConsoleContext) async throws -> Response {
        let fields = try await site.formGuard.fields(of: request, context: context)
        let name = fields.text("zone") ?? ""
        guard name.isEmpty || TimeZone(identifier: name) != nil, name.utf8.count < 64 else {
            let expected = "the name of a time zone, such as Europe/Berlin or UTC, or nothing for the browser's"
            throw ConsoleProblem.parameters([ParameterProblem(name: "zone", given: name, expected: expected)])
        }
        var response = Response.redirect(to: "/account")
        site.cookies.set(zone: name.isEmpty ? nil : name, on: &response)
        return response
    }

    private func showAccount(
        _ request: Request,
        _ context: ConsoleContext,
        _ content: [String: Any],
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        guard let visit = context.visit else { throw ConsoleProblem.signedOut }
        let frame = await frame("My account", .account, request, context)
        var content = content
        content["role_words"] = Self.words(for: visit.session.role)
        content["opened"] = TimeView.content(visit.session.openedAt, style: .full, now: frame.now, zone: frame.zone)
        content["expires"] = TimeView.content(visit.session.expiresAt, style: .full, now: frame.now, zone: frame.zone)
        content["minimum_length"] = PasswordRules().minimumLength
        let chosen = site.cookies.chosenZone(of: request)
        content["zones"] = Self.zones.map { ["name": $0, "is_chosen": $0 == chosen] as [String: Any] }
        return try site.page("account", frame, content, status: status)
    }

    // MARK: First password

    private func firstPassword(_ request: Request, context: ConsoleContext) async throws -> Response {
        guard context.visit?.session.mustChangePassword == true else { return .redirect(to: "/account") }
        return try await showFirstPassword(request, context, [:])
    }

    private func changeFirstPassword(_ request: Request, context: ConsoleContext) async throws -> Response {
        let fields = try await site.formGuard.fields(of: request, context: context)
        guard context.visit?.session.mustChangePassword == true else { return .redirect(to: "/account") }
        return try await change(request, context, fields, present: nil, then: "/dashboard") {
            try await showFirstPassword(request, context, $0, status: $1)
        }
    }

    private func showFirstPassword(
        _ request: Request,
        _ context: ConsoleContext,
        _ content: [String: Any],
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let frame = await frame("Choose a password", nil, request, context)
        var content = content
        content["minimum_length"] = PasswordRules().minimumLength
        return try site.page("password", frame, content, status: status)
    }

    // MARK: Both

    private func change(
        _ request: Request,
        _ context: ConsoleContext,
        _ fields: FormFields,
        present: String?,
        then target: String,
        show: ([String: Any], HTTPResponse.Status) async throws -> Response
    ) async throws -> Response {
        guard let visit = context.visit else { throw ConsoleProblem.signedOut }
        let new = fields["new"] ?? ""
        guard new == fields["again"] else {
            return try await show(["problem": "The two new passwords are not the same."], .unprocessableContent)
        }
        let address = site.clientAddress(of: request, context: context)
        let outcome = try await site.reading(context) {
            try await site.desk.changePassword(of: visit.session, present: present, to: new, from: address)
        }
        switch outcome {
        case .changed(let token, _):
            var response = Response.redirect(to: target)
            site.cookies.set(session: token, for: site.desk.limits.absolute, on: &response)
            return response
        case .presentPasswordWrong:
            return try await show(["problem": "The present password is wrong."], .unprocessableContent)
        case .unacceptable(let problem):
            return try await show(["problem": "\(problem.message)."], .unprocessableContent)
        case .delayed(let until):
            let seconds = max(1, until.timeIntervalSince(site.now()).rounded(.up))
            let words = "The present password was wrong too often. Try again in \(TimeText.span(seconds))."
            var response = try await show(["problem": words], .tooManyRequests)
            response.headers[.retryAfter] = String(Int(seconds))
            return response
        }
    }

    private func frame(
        _ title: String,
        _ section: PageFrame.Section?,
        _ request: Request,
        _ context: ConsoleContext
    ) async -> PageFrame {
        PageFrame(
            title: title,
            section: section,
            visit: context.visit,
            state: await site.figures.state(),
            zone: site.zone(of: request),
            now: site.now(),
            scripts: ["pages_js"]
        )
    }

    private static let zones = ["UTC"] + TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }.sorted()

    private static func words(for role: Role) -> String {
        switch role {
        case .admin: "everything, accounts too"
        case .users: "everything but accounts"
        case .reporting: "reading, no controls"
        }
    }
}
