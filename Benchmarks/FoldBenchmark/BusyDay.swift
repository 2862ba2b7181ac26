internal import BenchmarkSupport

/// Hours of a busy site as live collectors leave them, and no manager has seen: events, and what their batches of 200 ms
/// added to the delta.
struct BusyDay {
    /// - Returns: how many events.
    static func store(
        hours: Int,
        eventsOfDay: Int = BusySite.eventsOfDay,
        site: BusySite,
        _ scratch: ScratchDatabase
    ) async throws -> Int64 {
        for hour in 0..<hours {
            try await scratch.run(
                "SELECT setseed(\(hour) / 24.0)",
                "SELECT ops.ensure_partition('event', \(start(hours)) + interval '\(hour) hours')",
                events(eventsOfDay / 24, start: "\(start(hours)) + interval '\(hour) hours'", site)
            )
        }
        try await scratch.run(delta, "VACUUM ANALYZE rt_log.event, rt_log.traffic_delta")
        // As if the manager had folded until then.
        try await scratch.run(
            "UPDATE ops.closed_minute SET closed_to = \(start(hours))",
            "UPDATE ops.fold_mark SET folded_to = \(start(hours))"
        )
        return try await scratch.number("SELECT count(*) FROM rt_log.event")
    }

    /// Whole hours up to the end of yesterday.
    private static func start(_ hours: Int) -> String {
        "date_trunc('day', now(), 'UTC') - interval '\(hours) hours'"
    }

    private static func events(_ count: Int, start: String, _ site: BusySite) -> String {
        """
        INSERT INTO rt_log.event (occurred_at, message_hash, recipient_hash, sender_hash, file_id, domain_id, sender_domain_id,
            binding_id, host_id, reason_id, size, delay_ms, status, attempt, node_id, kind, reply_code, bounce_class,
            message_id, recipient_local, sender_local, remote_address, reply)
        SELECT
            \(start) + n * (interval '1 hour' / \(count)), hashint8extended(n, 1), hashint8extended(n, 2), hashint8extended(n, 3),
            1, domain_id, 0, binding_id, 0,
            CASE WHEN kind IN (3, 4, 7) THEN \(site.reason) + 1 + why ELSE 0 END,
            CASE WHEN kind <= 2 THEN (1000 + exp(random() * 12))::integer END,
            CASE WHEN kind = 2 THEN exp(random() * 13)::integer END,
            2000000, CASE WHEN kind <> 1 THEN 1 + (random() * random() * 1.5)::integer END, 1 + n % \(BusySite.nodes), kind,
            CASE WHEN kind = 7 THEN 550 END, CASE WHEN kind IN (3, 4, 7) THEN 10 + why % 8 * 10 END,
            to_hex(n) || 'x', 'user' || n % 1000, 'bounces', '192.0.2.1', CASE WHEN kind > 2 THEN '421 4.7.0 try later' ELSE '250 Ok' END
        FROM (
            SELECT d.*, (d.domain_id * 31 + floor(random() * 4)::integer) % \(BusySite.reasons) AS why
            FROM (
                SELECT k.n, \(site.someDomain) AS domain_id, \(site.someBinding) AS binding_id,
                    (CASE WHEN r < 0.47 THEN 1 WHEN r < 0.89 THEN 2 WHEN r < 0.96 THEN 3 WHEN r < 0.99 THEN 4 ELSE 7 END)::smallint AS kind
                FROM (SELECT n, random() AS r FROM generate_series(0, \(count - 1)) AS n OFFSET 0) AS k
                OFFSET 0
            ) AS d
            OFFSET 0
        ) AS e
        """
    }

    /// What commits derive, of batches of 200 ms a node.
    private static let delta = """
        INSERT INTO rt_log.traffic_delta (bucket, node_id, binding_id, domain_id, receptions, deliveries, deliveries_later,
            transient_failures, transient_failures_later, permanent_failures, rejections_5xx, deliveries_timed, delivery_ms_max,
            bytes_in, bytes_out, delivery_ms_sum)
        SELECT date_trunc('minute', e.batch), e.node_id, e.binding_id, e.domain_id,
            count(*) FILTER (WHERE kind = 1), count(*) FILTER (WHERE kind = 2), count(*) FILTER (WHERE kind = 2 AND attempt > 1),
            count(*) FILTER (WHERE kind = 3), count(*) FILTER (WHERE kind = 3 AND attempt > 1), count(*) FILTER (WHERE kind = 4),
            count(*) FILTER (WHERE kind = 7), count(delay_ms), coalesce(max(delay_ms), 0),
            coalesce(sum(size) FILTER (WHERE kind = 1), 0), coalesce(sum(size) FILTER (WHERE kind = 2), 0), coalesce(sum(delay_ms), 0)
        FROM (
            SELECT date_bin('200 ms', e.occurred_at, '2000-01-01 00:00:00+00') AS batch, e.node_id, e.binding_id,
                coalesce(t.domain_id, 1) AS domain_id, e.kind, e.attempt, e.delay_ms, e.size
            FROM rt_log.event AS e
            LEFT JOIN rt_log.domain_tier AS t ON t.domain_id = e.domain_id AND t.tier = 'minute'
        ) AS e
        GROUP BY e.batch, e.node_id, e.binding_id, e.domain_id
        ORDER BY e.batch
        """
}
