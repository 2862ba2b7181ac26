internal import Accounts
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Store

/// The database server: each thing that can go wrong, with what to do; costly statements; its log. The log holds statements, and
/// is for those who control.
struct DatabasePage: Sendable {
    let site: Site

    func addRoutes(to router: Router<ConsoleContext>) {
        router.get("/database", use: show)
    }

    private func show(_ request: Request, context: ConsoleContext) async throws -> Response {
        let now = site.now()
        let zone = site.zone(of: request)
        let fields = try site.fields(of: request)
        let filter = try Self.filter(fields)
        let frame = PageFrame(
            title: "Database",
            section: .database,
            visit: context.visit,
            state: await site.figures.state(),
            zone: zone,
            now: now,
            scripts: ["pages_js"]
        )
        var content: [String: Any] = [:]
        do {
            let report = try await site.reading(context) { try await site.figures.database(filter) }
            let maySeeLog = context.visit?.session.role.may(.control) ?? false
            var view = DatabaseView(report: report, filter: filter, maySeeLog: maySeeLog)
            view.storage = try report.storage.map { storage in
                let tried = try Self.tried(fields, storage.rules)
                return StorageView(storage: storage, tried: tried, now: now, zone: zone)
            }
            view.moves = report.migrations.map { MoveView(migration: $0, now: now, zone: zone) }
            content = view.content
        } catch ConsoleProblem.databaseDown(let since, _) {
            content["no_data_since"] = TimeView.content(since, style: .short, now: now, zone: zone)
        }
        return try site.page("database", frame, content)
    }

    /// Times of keeping to try: days by grain. nil where none is given.
    private static func tried(_ fields: FormFields, _ rules: RetentionRules) throws -> RetentionRules? {
        var tried = rules
        for grain in RetentionRules.Grain.allCases {
            guard let given = fields[grain.rawValue], !given.isEmpty else { continue }
            guard let days = Int32(given), (1...36_525).contains(days) else {
                let problem = ParameterProblem(name: grain.rawValue, given: given, expected: "days, 1 to 36525")
                throw ConsoleProblem.parameters([problem])
            }
            tried.keep(grain, days: days)
        }
        if let problem = tried.problem {
            let given = RetentionRules.Grain.allCases.map { "\($0.rawValue) \(tried.kept($0))" }.joined(separator: ", ")
            throw ConsoleProblem.parameters([ParameterProblem(name: "days", given: given, expected: problem)])
        }
        return tried == rules ? nil : tried
    }

    private static func filter(_ fields: FormFields) throws -> LogFilter {
        let given = fields["level"] ?? LogFilter.Level.warning.rawValue
        guard let level = LogFilter.Level(rawValue: given) else {
            let expected = LogFilter.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConsoleProblem.parameters([ParameterProblem(name: "level", given: given, expected: expected)])
        }
        return LogFilter(level: level, text: String((fields["text"] ?? "").prefix(200)))
    }
}
