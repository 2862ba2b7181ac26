internal import BenchmarkSupport

/// Two years of cubes of a busy site, written straight into them by the set: what the manager would have folded, a few of
/// its figures left at nothing. Coarser grains are grouped from finer ones, so that they agree.
struct TwoYears {
    static let days = 730

    /// Of the site's bindings, and of its domains beyond the first 2000, so many in a hundred.
    private let share: Int
    private let site: BusySite
    private let scratch: ScratchDatabase

    private var bindings: Int { max(2, BusySite.bindings * share / 100) }
    private var domains: Int { max(2000, BusySite.domains * share / 100) }

    init(share: Int, site: BusySite, _ scratch: ScratchDatabase) {
        self.share = share
        self.site = site
        self.scratch = scratch
    }

    func store() async throws {
        try await scratch.run(
            """
            UPDATE ops.partitioned_table SET kept_since = ops.partition_start(step, now() - interval '\(Self.days + 70) days')
            WHERE relation IN (SELECT relation FROM ops.cube WHERE grain >= '1 day')
            """,
            """
            SELECT count(*) FILTER (WHERE ops.ensure_partition(n.relation, n.at)) FROM (
                SELECT DISTINCT c.relation, ops.partition_start(t.step, d) AS at
                FROM ops.cube AS c JOIN ops.partitioned_table AS t USING (relation),
                    generate_series(now() - interval '\(Self.days + 70) days', now(), '1 day') AS d
                WHERE d >= ops.partition_start(t.step, now() - CASE WHEN c.grain >= '1 day' THEN interval '10 years' WHEN c.grain = '1 minute' THEN '3 days' ELSE '60 days' END)
                ORDER BY 1, 2
            ) AS n
            """
        )
        for day in stride(from: 0, to: Self.days, by: 73) {
            try await scratch.run(
                "SELECT setseed(\(day) / 1000.0)",
                wide("day", from: Self.days - day, count: 73, "1 day", 1)
            )
        }
        try await scratch.run(
            "SELECT setseed(0.1)",
            wide("hour", from: 60 * 24, count: 60 * 24, "1 hour", 24),
            "SELECT setseed(0.2)",
            wide("minute", from: 2 * 1440, count: 2 * 1440, "1 minute", 1440)
        )
        for cube in Self.derived { try await scratch.run(group(cube)) }
        try await scratch.run("SELECT setseed(0.3)", everyDomain, ranked, failures, deliveries, rankedDeliveries)
        for cube in Self.derivedFacts { try await scratch.run(group(cube)) }
        try await scratch.run(
            "UPDATE ops.closed_minute SET closed_to = date_trunc('minute', now())",
            "UPDATE ops.fold_mark SET folded_to = date_trunc('minute', now())",
            "VACUUM ANALYZE"
        )
    }

    /// A row a bucket, node, binding and domain of tier minute; rank 0 is all others.
    private func wide(_ grain: String, from first: Int, count: Int, _ step: String, _ parts: Int) -> String {
        """
        INSERT INTO rt_log.wide_by_\(grain) (bucket, node_id, binding_id, domain_id, receptions, deliveries, transient_failures,
            permanent_failures, deliveries_timed, delivery_ms_max, bytes_in, bytes_out, delivery_ms_sum)
        SELECT rt_log.bucket_of('\(step)', now()) - b * interval '\(step)', n, \(site.binding) + g,
            CASE k WHEN 0 THEN 1 ELSE \(site.domain) + k END, v, v, v / 10, v / 20, v, 60000, v * 20000::bigint, v * 20000::bigint, v * 5000::bigint
        FROM generate_series(\(first) - 1, \(first - count), -1) AS b, generate_series(1, \(BusySite.nodes)) AS n,
            generate_series(1, \(bindings)) AS g, generate_series(0, 200) AS k,
            LATERAL (SELECT (random() * \(BusySite.messagesOfDay / parts) * 2 * CASE k WHEN 0 THEN 0.5 ELSE 0.085 / k END
                / \(BusySite.nodes) * 2 * (\(bindings) - g + 1) / (\(bindings) * (\(bindings) + 1)))::integer AS v) AS x
        WHERE v > 0
        """
    }

    /// A cube, and the one that it is grouped from; the manager's own way (`rt_log.cube_parent`), the finest first.
    private static let derived: [(cube: String, from: String)] =
        [
            ("pair_by_hour", "wide_by_hour"), ("pair_by_6_hours", "pair_by_hour"), ("pair_by_day", "wide_by_day"),
            ("pair_by_8_days", "pair_by_day"), ("pair_by_64_days", "pair_by_day"), ("wide_by_8_days", "wide_by_day"),
            ("wide_by_64_days", "wide_by_day"),
        ]
        + ["domain", "traffic"].flatMap { family in
            [
                ("\(family)_by_minute", "wide_by_minute"), ("\(family)_by_hour", "wide_by_hour"),
                ("\(family)_by_day", "wide_by_day"), ("\(family)_by_8_days", "\(family)_by_day"),
                ("\(family)_by_64_days", "\(family)_by_day"),
            ]
        } + [
            ("total_by_minute", "domain_by_minute"), ("total_by_hour", "domain_by_hour"),
            ("total_by_day", "domain_by_day"),
        ]

    private static let derivedFacts: [(cube: String, from: String)] = [
        ("ranked_pair_by_8_days", "ranked_by_day"), ("ranked_pair_by_64_days", "ranked_by_day"),
        ("binding_failure_by_day", "failure_by_day"), ("binding_failure_by_8_days", "binding_failure_by_day"),
        ("binding_failure_by_64_days", "binding_failure_by_day"), ("node_failure_by_day", "failure_by_day"),
        ("node_failure_by_8_days", "node_failure_by_day"), ("node_failure_by_64_days", "node_failure_by_day"),
        ("reason_by_day", "node_failure_by_day"),
        ("reason_by_8_days", "reason_by_day"), ("reason_by_64_days", "reason_by_day"),
        ("delivery_by_8_days", "delivery_by_day"), ("delivery_by_64_days", "delivery_by_day"),
    ]

    /// In the order of time, as folding writes.
    private func group(_ cube: (cube: String, from: String)) -> String {
        """
        DO $$
        DECLARE
            the_cube ops.cube;
            keys text;
            sums text;
            names text;
        BEGIN
            SELECT c.* INTO the_cube FROM ops.cube AS c WHERE c.relation = '\(cube.cube)';
            keys := array_to_string('bucket'::text || the_cube.keys, ', ');
            SELECT string_agg(format(CASE WHEN a.attname ~ '_max$' THEN 'max(f.%I)' WHEN a.attname ~ '_min$' THEN 'min(f.%I)' ELSE 'rt_log.total(f.%I)' END, a.attname), ', ' ORDER BY a.attnum),
                string_agg(a.attname, ', ' ORDER BY a.attnum)
            INTO sums, names
            FROM pg_attribute AS a
            WHERE a.attrelid = 'rt_log.\(cube.cube)'::regclass AND a.attnum > 0 AND a.attname <> 'bucket' AND a.attname <> ALL (the_cube.keys);
            EXECUTE format('INSERT INTO rt_log.\(cube.cube) (%1$s, %2$s)
                SELECT rt_log.bucket_of(%3$L, f.bucket) AS %1$s, %4$s FROM rt_log.\(cube.from) AS f GROUP BY %5$s ORDER BY 1',
                keys, names, the_cube.grain, sums,
                (SELECT string_agg(n::text, ', ') FROM generate_series(1, 1 + cardinality(the_cube.keys)) AS n));
        END
        $$
        """
    }

    private static let eachDay = "generate_series(\(days) - 1, 0, -1) AS b"
    private static let day = "rt_log.bucket_of('1 day', now()) - b * interval '1 day'"

    private var everyDomain: String {
        """
        INSERT INTO rt_log.every_domain_by_day (bucket, domain_id, receptions, deliveries, transient_failures, bytes_in, bytes_out,
            deliveries_timed, delivery_ms_max, delivery_ms_sum)
        SELECT \(Self.day), \(site.domain) + k, v, v, nullif(v / 10, 0), v * 20000::bigint, v * 20000::bigint, v, 60000, v * 5000::bigint
        FROM \(Self.eachDay), generate_series(1, \(domains)) AS k,
            LATERAL (SELECT (random() * \(BusySite.messagesOfDay) * 2 * 0.085 / k)::integer AS v) AS x
        WHERE v > 0
        """
    }

    /// Of the 2000 domains, the first ten and every tenth: two years of all are hundreds of millions of rows.
    private var ranked: String {
        """
        INSERT INTO rt_log.ranked_by_day (bucket, ranked_domain_id, node_id, binding_id, receptions, deliveries, bytes_in, bytes_out,
            deliveries_timed, delivery_ms_max, delivery_ms_sum)
        SELECT \(Self.day), \(site.domain) + k, n, \(site.binding) + g, v, v, v * 20000::bigint, v * 20000::bigint, v, 60000, v * 5000::bigint
        FROM \(Self.eachDay), generate_series(1, 2000) AS k, generate_series(1, \(BusySite.nodes)) AS n, generate_series(1, \(bindings)) AS g,
            LATERAL (SELECT (1 + random() * \(BusySite.messagesOfDay) * 2 * 0.085 / k / \(BusySite.nodes * bindings))::integer AS v) AS x
        WHERE k <= 10 OR k % 10 = 1
        """
    }

    /// A domain's reasons are few, and its own.
    private var failures: String {
        """
        INSERT INTO rt_log.failure_by_day (bucket, ranked_domain_id, node_id, binding_id, kind, bounce_class, reason_id, events, events_later)
        SELECT \(Self.day), \(site.domain) + 1 + k % 2000, 1 + k / 2000 % \(BusySite.nodes), \(site.binding) + 1 + k / 8000 % \(bindings),
            3 + k % 2, 10 + k % 4 * 10, \(site.reason) + 1 + (k % 2000 * 31 + k / 2000 % 4) % \(BusySite.reasons), 1 + (random() * 100)::integer, 1
        FROM \(Self.eachDay), generate_series(0, \(8000 * bindings / 4) - 1) AS k
        """
    }

    private var deliveries: String {
        """
        INSERT INTO rt_log.delivery_by_day (bucket, node_id, binding_id, slot, deliveries, deliveries_sized, bytes, size_min, size_max)
        SELECT \(Self.day), n, \(site.binding) + g, s, 1000 / s, 1000 / s, 20000000 / s, 500, 1000000
        FROM \(Self.eachDay), generate_series(1, \(BusySite.nodes)) AS n, generate_series(1, \(bindings)) AS g, generate_series(1, 17) AS s
        """
    }

    private var rankedDeliveries: String {
        """
        INSERT INTO rt_log.ranked_delivery_by_day (bucket, ranked_domain_id, slot, deliveries, deliveries_sized, bytes, size_min, size_max)
        SELECT \(Self.day), \(site.domain) + k, s, 1000 / s, 1000 / s, 20000000 / s, 500, 1000000
        FROM \(Self.eachDay), generate_series(1, 2000) AS k, generate_series(1, 12) AS s
        WHERE k <= 10 OR k % 10 = 1
        """
    }
}
