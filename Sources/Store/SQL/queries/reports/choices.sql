-- What filters can be set to: names of nodes, binding groups, bindings, and domains that the cubes name.
-- Plan: small tables; at most 1 000 domains.
SELECT 'node' AS kind, n.name FROM report_v1.node AS n
UNION ALL
SELECT DISTINCT 'binding_group', b.binding_group FROM report_v1.binding AS b
UNION ALL
SELECT DISTINCT 'binding', b.binding FROM report_v1.binding AS b
UNION ALL
SELECT 'domain', d.domain FROM report_v1.named_domain AS d
ORDER BY 1, 2
LIMIT 5000
