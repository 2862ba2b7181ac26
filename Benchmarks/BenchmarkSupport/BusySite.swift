/// A site of 8 million messages a day: 4 nodes, 50 bindings, 100 000 domains whose traffic falls with their rank (Zipf, so
/// that the first 200 have half of it), 100 reasons. Its traffic is made in the database, from a seed.
package struct BusySite: Sendable {
    package static let messagesOfDay = 8_000_000
    /// Receptions, deliveries, failures and rejections of a day.
    package static let eventsOfDay = 17_000_000
    package static let domains = 100_000
    package static let bindings = 50
    package static let nodes = 4
    package static let reasons = 100

    /// What the numbers of names begin after: the domain of rank n is `domain + n`.
    package let domain: Int64
    package let binding: Int64
    package let reason: Int64

    /// Names everything, and ranks the domains as the manager would have.
    package init(in scratch: ScratchDatabase) async throws {
        try await scratch.run(
            "INSERT INTO ops.node (node_id, name) SELECT n, 'mx' || n FROM generate_series(1, \(Self.nodes)) AS n",
            "INSERT INTO rt_log.domain (name) SELECT 'd' || n || '.example' FROM generate_series(1, \(Self.domains)) AS n ORDER BY n",
            """
            INSERT INTO rt_log.binding (name)
            SELECT 'group' || n % 5 || E'\\t' || 'b' || n FROM generate_series(1, \(Self.bindings)) AS n ORDER BY n
            """,
            "INSERT INTO rt_log.reason (name) SELECT 'reason ' || n FROM generate_series(1, \(Self.reasons)) AS n ORDER BY n"
        )
        domain = try await scratch.number("SELECT min(term_id) - 1 FROM rt_log.domain WHERE name = 'd1.example'")
        binding = try await scratch.number("SELECT max(term_id) - \(Self.bindings) FROM rt_log.binding")
        reason = try await scratch.number("SELECT max(term_id) - \(Self.reasons) FROM rt_log.reason")
        try await scratch.run(
            """
            INSERT INTO rt_log.domain_tier (domain_id, tier, valid_from)
            SELECT \(domain) + n, t.tier, '-infinity'
            FROM (VALUES ('minute', 200), ('hour', 2000)) AS t (tier, size), generate_series(1, t.size) AS n
            """,
            "VACUUM ANALYZE rt_log.domain, rt_log.binding, rt_log.domain_tier"
        )
    }

    /// An expression: a domain's number, as often as its rank says.
    package var someDomain: String {
        "\(domain) + floor(exp(random() * ln(\(Self.domains)::float8)))::integer"
    }

    /// An expression: a binding's number; the first ones more often.
    package var someBinding: String {
        "\(binding) + 1 + floor(random() * random() * \(Self.bindings))::integer"
    }
}
