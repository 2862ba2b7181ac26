internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// Turns whatever a request ends with into a page, or into problem JSON for programs.
struct ErrorAnswers: RouterMiddleware {
    typealias Context = ConsoleContext

    let site: Site

    func handle(
        _ request: Request,
        context: ConsoleContext,
        next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as ConsoleProblem {
            return try await answer(problem, to: request, context: context)
        } catch let error as HTTPError where error.status == .notFound || error.status == .methodNotAllowed {
            return try await answer(.notFound, to: request, context: context)
        } catch let error as HTTPError where error.status == .contentTooLarge {
            return try await answer(.tooLarge, to: request, context: context)
        } catch is WebConsoleError {
            return try await answer(.busy, to: request, context: context)
        } catch {
            let problem = await site.problem(for: error, context: context)
            return try await answer(problem, to: request, context: context)
        }
    }

    private func answer(_ problem: ConsoleProblem, to request: Request, context: ConsoleContext) async throws
        -> Response
    {
        let now = site.now()
        var response: Response
        if Place(path: request.uri.path).isForPrograms {
            response = try site.json(ProblemDocument(problem: problem, now: now), status: problem.status)
            response.headers[.contentType] = "application/problem+json"
        } else {
            response = try await page(problem, for: request, at: now)
        }
        if let seconds = problem.retryAfter(at: now) {
            response.headers[.retryAfter] = String(seconds)
        }
        return response
    }

    private func page(_ problem: ConsoleProblem, for request: Request, at now: Date) async throws -> Response {
        // The doorkeeper stands further in: whether somebody is signed in is looked up once more, for the navigation only.
        var visit: Visit?
        if let token = site.cookies.session(of: request),
            case .signedIn(let session) = await site.keeper.find(token, isUse: false)
        {
            visit = Visit(token: token, session: session)
        }
        let frame = PageFrame(
            title: problem.title,
            visit: visit,
            state: await site.figures.state(),
            zone: site.zone(of: request),
            now: now,
            scripts: ["pages_js"]
        )
        var content: [String: Any] = [
            "status": problem.status.code,
            "problem_title": problem.title,
            "detail": problem.detail,
        ]
        if case .parameters(let problems) = problem {
            content["detail"] = nil
            content["has_parameters"] = true
            content["parameters"] = problems.map { ["name": $0.name, "given": $0.given, "expected": $0.expected] }
        }
        if case .delayed(let until) = problem {
            content["until"] = TimeView.content(until, style: .short, now: now, zone: frame.zone)
        }
        content["back"] =
            visit == nil ? ["href": "/sign-in", "label": "Sign in"] : ["href": "/dashboard", "label": "Dashboard"]
        return try site.page("error", frame, content, status: problem.status)
    }
}
