internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Store

/// Every node and every source: are they there, and how far have they been read.
struct StatusPage: Sendable {
    let site: Site

    func addRoutes(to router: Router<ConsoleContext>) {
        router.get("/status", use: show)
    }

    private func show(_ request: Request, context: ConsoleContext) async throws -> Response {
        let now = site.now()
        let zone = site.zone(of: request)
        let fields = try site.fields(of: request)
        var problems: [ParameterProblem] = []
        let traffic = TrafficParameters(fields, at: now, zone: zone, problems: &problems)
        guard problems.isEmpty else { throw ConsoleProblem.parameters(problems) }
        if traffic.chosen.choice == .custom,
            fields["from"]?.hasSuffix("Z") != true || fields["to"]?.hasSuffix("Z") != true
        {
            return .redirect(to: PeriodView.link("/status", traffic.fields), type: .found)
        }
        let frame = PageFrame(
            title: "Status",
            section: .status,
            visit: context.visit,
            state: await site.figures.state(),
            zone: zone,
            now: now,
            carried: traffic.fields,
            scripts: ["pages_js", "live_js", "status_js"]
        )
        var content = PeriodView(path: "/status", traffic: traffic, zone: zone, now: now).content
        if traffic.chosen.isSliding {
            var live = FormFields()
            live.set("page", to: "status")
            live.set("period", to: traffic.chosen.choice.rawValue)
            content["live"] = "/live?\(live.encoded)"
        }
        do {
            let nodes = try await site.reading(context) {
                guard frame.state.database.answersQueries else { throw DatabaseIsDown() }
                return try await site.figures.status(over: traffic.query.period)
            }
            content["nodes"] = StatusView(nodes: nodes, zone: zone, now: now).content
        } catch ConsoleProblem.databaseDown(let since, _) {
            content["no_data_since"] = TimeView.content(since, style: .short, now: now, zone: zone)
        }
        return try site.page("status", frame, content)
    }

    private struct DatabaseIsDown: Error {}
}
