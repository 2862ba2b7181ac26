internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Store

/// `/api/v1`: the figures of the pages for programs, from the same queries.
struct APIPages: Sendable {
    let site: Site

    func addRoutes(to router: Router<ConsoleContext>) {
        let api = router.group("/api/v1")
        api.get("traffic", use: traffic)
        api.get("traffic/series", use: series)
        api.get("status", use: status)
        api.get("choices", use: choices)
    }

    private enum Format: String, CaseIterable {
        case json, csv
    }

    private func traffic(_ request: Request, context: ConsoleContext) async throws -> Response {
        let now = site.now()
        let zone = site.zone(of: request)
        let (fields, format) = try read(request)
        var problems: [ParameterProblem] = []
        let traffic = TrafficParameters(fields, at: now, zone: zone, problems: &problems)
        let groupings = BreakdownParameters.tabs + [.minute]
        let parameters = BreakdownParameters(fields, allowing: groupings, problems: &problems)
        guard problems.isEmpty else { throw ConsoleProblem.parameters(problems) }
        let report = try await site.reading(context) {
            try await site.figures.traffic(traffic.query, parameters)
        }
        switch format {
        case .json:
            return try site.json(TrafficDocument(report))
        case .csv:
            let view = BreakdownView(report: report, traffic: traffic, parameters: parameters, zone: zone, now: now)
            return csv(view.csv, name: "traffic-by-\(parameters.grouping.rawValue)")
        }
    }

    private func series(_ request: Request, context: ConsoleContext) async throws -> Response {
        let (fields, format) = try read(request)
        var problems: [ParameterProblem] = []
        let traffic = TrafficParameters(fields, at: site.now(), zone: site.zone(of: request), problems: &problems)
        guard problems.isEmpty else { throw ConsoleProblem.parameters(problems) }
        let document = try await site.reading(context) {
            let query = traffic.query
            let points = traffic.chosen.points
            async let series = site.figures.series(query, points: points)
            async let queues = site.figures.queueSeries(period: query.period, node: query.node, points: points)
            return try await SeriesDocument(series: series, queues: query.limits(queues))
        }
        switch format {
        case .json: return try site.json(document)
        case .csv: return csv(document.csv, name: "traffic-series")
        }
    }

    private func status(_ request: Request, context: ConsoleContext) async throws -> Response {
        let now = site.now()
        let (fields, format) = try read(request)
        var problems: [ParameterProblem] = []
        let traffic = TrafficParameters(fields, at: now, zone: site.zone(of: request), problems: &problems)
        guard problems.isEmpty else { throw ConsoleProblem.parameters(problems) }
        let period = traffic.query.period
        let nodes = try await site.reading(context) { try await site.figures.status(over: period) }
        let document = StatusDocument(period: period, state: await site.figures.state(), nodes: nodes, at: now)
        switch format {
        case .json: return try site.json(document)
        case .csv: return csv(document.csv, name: "status")
        }
    }

    /// Names for the filters, as they are typed.
    private func choices(_ request: Request, context: ConsoleContext) async throws -> Response {
        let fields = try site.fields(of: request)
        guard let dimension = TrafficDimension(rawValue: fields.text("of") ?? "") else {
            let names = TrafficDimension.allCases.map(\.rawValue).joined(separator: ", ")
            let problem = ParameterProblem(name: "of", given: fields["of"] ?? "", expected: "one of \(names)")
            throw ConsoleProblem.parameters([problem])
        }
        let prefix = String((fields.text("prefix") ?? "").lowercased().prefix(TrafficParameters.longestFilter))
        let names = try await site.reading(context) {
            try await site.choices.choices().names(of: dimension)
        }
        return try site.json(Array(names.filter { $0.lowercased().hasPrefix(prefix) }.prefix(20)))
    }

    private func read(_ request: Request) throws -> (FormFields, Format) {
        let fields = try site.fields(of: request)
        if let text = fields.text("format") {
            guard let format = Format(rawValue: text) else {
                let names = Format.allCases.map(\.rawValue).joined(separator: ", ")
                throw ConsoleProblem.parameters([
                    ParameterProblem(name: "format", given: text, expected: "one of \(names)")
                ])
            }
            return (fields, format)
        }
        let accepts = request.headers[.accept] ?? ""
        return (fields, accepts.hasPrefix("text/csv") ? .csv : .json)
    }

    private func csv(_ table: CSVTable, name: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8; header=present",
                .contentDisposition: "attachment; filename=\"mailmill-\(name).csv\"",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: table.text))
        )
    }
}
