/// A question that a report or a page asks, as it asks it, and the same of a columnar engine that holds the rows of days.
struct HistoryQuery {
    /// What has to hold at p95, by where the question comes from.
    enum Kind: String, CaseIterable {
        case report = "report over two years"
        case domain = "domain report over two years"
        case dashboard

        var milliseconds: Int {
            switch self {
            case .report: 200
            case .domain: 100
            case .dashboard: 50
            }
        }
    }

    var kind: Kind
    var name: String
    /// Of `report_v1`. `PERIOD` becomes the two arguments of the period, `RANK` a domain's rank.
    var statement: String
    /// Over the columnar engine's tables; nil: it has none of that.
    var columnar: String?

    static let all: [HistoryQuery] = reports + domains + dashboards

    private static let measures =
        "sum(receptions), sum(deliveries), sum(transient_failures), sum(permanent_failures), sum(bytes_in), sum(bytes_out), "
        + "sum(delivery_ms_sum), max(delivery_ms_max)"
    private static let failures = "count(*), sum(events) AS e, sum(events_later)"

    private static let reports: [HistoryQuery] = [
        .init(
            kind: .report,
            name: "traffic",
            statement: "breakdown(PERIOD, row_limit => 0)",
            columnar: "SELECT \(measures) FROM wide"
        ),
        .init(
            kind: .report,
            name: "by domain",
            statement: "breakdown(PERIOD, by_domain => true, row_limit => 100)",
            columnar: "SELECT domain_id, \(measures) FROM wide GROUP BY domain_id ORDER BY 3 DESC LIMIT 100"
        ),
        .init(
            kind: .report,
            name: "by binding",
            statement: "breakdown(PERIOD, by_binding => true, row_limit => 100)",
            columnar: "SELECT binding_id, \(measures) FROM wide GROUP BY binding_id ORDER BY 3 DESC LIMIT 100"
        ),
        .init(
            kind: .report,
            name: "by domain and binding",
            statement: "breakdown(PERIOD, by_domain => true, by_binding => true, row_limit => 100)",
            columnar:
                "SELECT domain_id, binding_id, \(measures) FROM wide GROUP BY domain_id, binding_id ORDER BY 4 DESC LIMIT 100"
        ),
        .init(
            kind: .report,
            name: "by domain, one node",
            statement: "breakdown(PERIOD, only_node => 'mx2', by_domain => true, row_limit => 100)",
            columnar:
                "SELECT domain_id, \(measures) FROM wide WHERE node_id = 2 GROUP BY domain_id ORDER BY 3 DESC LIMIT 100"
        ),
        .init(
            kind: .report,
            name: "by domain, one binding",
            statement: "breakdown(PERIOD, only_binding => 'b2', by_domain => true, row_limit => 100)"
        ),
        .init(
            kind: .report,
            name: "series",
            statement: "traffic(PERIOD, step => '2 days')",
            columnar: "SELECT intDiv(bucket, 172800), \(measures) FROM wide GROUP BY 1"
        ),
        .init(
            kind: .report,
            name: "series of a domain on a binding",
            statement: "traffic(PERIOD, only_domain => 'dRANK.example', only_binding => 'b2', step => '2 days')"
        ),
        .init(
            kind: .report,
            name: "bounces by class",
            statement: "failures(PERIOD, only_kinds => '{permanent_failure,out_of_band_bounce}', by => '{kind,class}')",
            columnar:
                "SELECT kind, bounce_class, \(failures) FROM failure WHERE kind IN (4, 5) GROUP BY kind, bounce_class"
        ),
        .init(
            kind: .report,
            name: "reasons",
            statement: "failures(PERIOD, by => '{reason}', row_limit => 100)",
            columnar: "SELECT reason_id, \(failures) FROM failure GROUP BY reason_id ORDER BY e DESC LIMIT 100"
        ),
        .init(
            kind: .report,
            name: "reasons, one binding",
            statement: "failures(PERIOD, only_binding => 'b2', by => '{reason}', row_limit => 100)"
        ),
        .init(
            kind: .report,
            name: "reasons, one node",
            statement: "failures(PERIOD, only_node => 'mx2', by => '{reason}', row_limit => 100)",
            columnar:
                "SELECT reason_id, \(failures) FROM failure WHERE node_id = 2 GROUP BY reason_id ORDER BY e DESC LIMIT 100"
        ),
        .init(kind: .report, name: "delivery times", statement: "delivery_times(PERIOD)"),
        .init(
            kind: .report,
            name: "delivery times, one binding",
            statement: "delivery_times(PERIOD, only_binding => 'b2')"
        ),
    ]

    private static let domains: [HistoryQuery] = [
        .init(
            kind: .domain,
            name: "domain",
            statement: "domain_traffic(PERIOD, 'dRANK.example')",
            columnar:
                "SELECT sum(receptions), sum(deliveries), sum(bytes_in), sum(bytes_out) FROM every_domain WHERE domain_id = FIRST + RANK"
        ),
        .init(kind: .domain, name: "domain by binding", statement: "domain_traffic(PERIOD, 'dRANK.example', true)"),
        .init(
            kind: .domain,
            name: "domain, series",
            statement: "domain_traffic(PERIOD, 'dRANK.example', false, '2 days')"
        ),
        .init(
            kind: .domain,
            name: "domain, bounces by class",
            statement:
                "failures(PERIOD, only_domain => 'dRANK.example', only_kinds => '{permanent_failure,out_of_band_bounce}', by => '{kind,class}')",
            columnar:
                "SELECT kind, bounce_class, \(failures) FROM failure WHERE ranked_domain_id = FIRST + RANK GROUP BY kind, bounce_class"
        ),
        .init(
            kind: .domain,
            name: "domain, reasons",
            statement: "failures(PERIOD, only_domain => 'dRANK.example', by => '{reason}', row_limit => 100)"
        ),
        .init(
            kind: .domain,
            name: "domain, delivery times",
            statement: "delivery_times(PERIOD, only_domain => 'dRANK.example')"
        ),
    ]

    private static let dashboards: [HistoryQuery] = ["1 hour", "1 day", "7 days", "30 days", "365 days"].flatMap {
        period in
        ["by_domain => true", "by_binding => true", "by_domain => true, by_binding => true"].map { breakdown in
            HistoryQuery(
                kind: .dashboard,
                name: "\(period), \(breakdown.replacing(" => true", with: ""))",
                statement: "breakdown(now() - interval '\(period)', now(), \(breakdown), row_limit => 100)"
            )
        } + [
            HistoryQuery(
                kind: .dashboard,
                name: "\(period), series",
                statement:
                    "traffic(now() - interval '\(period)', now(), step => greatest(interval '1 minute', interval '\(period)' / 365))"
            )
        ]
    }
}
