internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Store

/// Traffic: summary, charts, breakdown.
struct DashboardPage: Sendable {
    let site: Site

    func addRoutes(to router: Router<ConsoleContext>) {
        router.get("/") { request, _ in
            Response.redirect(to: "/dashboard" + (request.uri.query.map { "?\($0)" } ?? ""), type: .found)
        }
        router.get("/dashboard", use: show)
    }

    private func show(_ request: Request, context: ConsoleContext) async throws -> Response {
        let now = site.now()
        let zone = site.zone(of: request)
        let fields = try site.fields(of: request)
        var problems: [ParameterProblem] = []
        let traffic = TrafficParameters(fields, at: now, zone: zone, problems: &problems)
        let breakdown = BreakdownParameters(fields, problems: &problems)
        guard problems.isEmpty else { throw ConsoleProblem.parameters(problems) }
        if let canonical = Self.canonical(fields, traffic, breakdown) {
            return .redirect(to: "/dashboard?\(canonical)", type: .found)
        }
        let frame = PageFrame(
            title: "Dashboard",
            section: .dashboard,
            visit: context.visit,
            state: await site.figures.state(),
            zone: zone,
            now: now,
            carried: traffic.fields,
            scripts: ["pages_js", "live_js", "format_js", "charts_js", "dashboard_js"]
        )
        var content = PeriodView(path: "/dashboard", traffic: traffic, zone: zone, now: now).content
        content["live"] = liveAddress(traffic, breakdown)
        content["bucket_seconds"] = traffic.chosen.bucketSeconds
        if let files = site.charts.files() {
            content["charts"] = files.paths
        } else {
            content["charts_directory"] = site.charts.directory
        }
        do {
            let figures = try await site.reading(context) {
                guard frame.state.database.answersQueries else { throw DatabaseIsDown() }
                return try await DashboardFigures(site.figures, site.choices, traffic, breakdown)
            }
            let view = DashboardView(figures: figures, traffic: traffic, breakdown: breakdown, zone: zone, now: now)
            content.merge(view.content) { _, new in new }
        } catch ConsoleProblem.databaseDown(let since, _) {
            content["no_data_since"] = TimeView.content(since, style: .short, now: now, zone: zone)
            content.merge(FilterView(traffic: traffic, choices: FilterChoices()).content) { _, new in new }
        }
        return try site.page("dashboard", frame, content)
    }

    /// Known before asking: `Site.reading` turns it into what is to be told.
    private struct DatabaseIsDown: Error {}

    /// Of a sliding period only: what is over does not move.
    private func liveAddress(_ traffic: TrafficParameters, _ breakdown: BreakdownParameters) -> String? {
        guard traffic.chosen.isSliding else { return nil }
        var fields = traffic.fields
        breakdown.add(to: &fields)
        return fields.pairs.isEmpty ? "/live" : "/live?\(fields.encoded)"
    }

    /// Where the link should be another: times typed in a person's zone become absolute, so that the link means the same to
    /// everybody, and what a form sent empty goes away. nil if it is fine as it stands.
    private static func canonical(
        _ fields: FormFields,
        _ traffic: TrafficParameters,
        _ breakdown: BreakdownParameters
    ) -> String? {
        let isTyped =
            traffic.chosen.choice == .custom
            && ["from", "to"].contains { name in
                guard let text = fields[name], let last = text.unicodeScalars.last else { return true }
                return last != "Z"
            }
        let hasEmpty = fields.pairs.contains { $0.value.isEmpty }
        guard isTyped || hasEmpty else { return nil }
        var canonical = traffic.fields
        breakdown.add(to: &canonical)
        return canonical.encoded
    }
}
