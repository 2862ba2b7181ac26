internal import Accounts
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Store

/// One message's life: found by recipient, sender, id or reply.
struct MessageTracePage: Sendable {
    let site: Site

    func addRoutes(to router: Router<ConsoleContext>) {
        router.get("/trace", use: show)
        router.get("/api/v1/trace", use: document)
    }

    private func show(_ request: Request, context: ConsoleContext) async throws -> Response {
        try Self.allow(context)
        let now = site.now()
        let zone = site.zone(of: request)
        let fields = try site.fields(of: request)
        var problems: [ParameterProblem] = []
        let traffic = TrafficParameters(fields, at: now, zone: zone, problems: &problems)
        let trace = TraceParameters(fields, traffic: traffic, problems: &problems)
        guard problems.isEmpty else { throw ConsoleProblem.parameters(problems) }
        let frame = PageFrame(
            title: "Trace",
            section: .trace,
            visit: context.visit,
            state: await site.figures.state(),
            zone: zone,
            now: now,
            carried: traffic.fields,
            scripts: ["pages_js"]
        )
        var content = PeriodView(path: "/trace", traffic: traffic, zone: zone, now: now, kept: trace.fields).content
        let view = TraceView(traffic: traffic, trace: trace, zone: zone, now: now)
        do {
            let choices = try await site.reading(context) { try await site.choices.choices() }
            content.merge(view.form(choices)) { _, new in new }
            if trace.query.hasCriterion {
                let page = try await site.reading(context) {
                    guard frame.state.database.answersQueries else { throw DatabaseIsDown() }
                    return try await site.figures.trace(trace.query)
                }
                content["found"] = view.found(page)
            }
        } catch ConsoleProblem.databaseDown(let since, _) {
            content.merge(view.form(FilterChoices())) { _, new in new }
            content["no_data_since"] = TimeView.content(since, style: .short, now: now, zone: zone)
        }
        return try site.page("trace", frame, content)
    }

    private func document(_ request: Request, context: ConsoleContext) async throws -> Response {
        try Self.allow(context)
        let fields = try site.fields(of: request)
        var problems: [ParameterProblem] = []
        let traffic = TrafficParameters(fields, at: site.now(), zone: site.zone(of: request), problems: &problems)
        let trace = TraceParameters(fields, traffic: traffic, problems: &problems)
        if problems.isEmpty, !trace.query.hasCriterion {
            let expected = "a recipient, a sender, a message or a piece of a reply"
            problems.append(ParameterProblem(name: "recipient", given: "", expected: expected))
        }
        guard problems.isEmpty else { throw ConsoleProblem.parameters(problems) }
        let page = try await site.reading(context) { try await site.figures.trace(trace.query) }
        return try site.json(TraceDocument(page, period: trace.query.period))
    }

    private static func allow(_ context: ConsoleContext) throws {
        guard context.visit?.session.role.may(.traceMessages) == true else { throw ConsoleProblem.forbidden }
    }

    private struct DatabaseIsDown: Error {}
}
