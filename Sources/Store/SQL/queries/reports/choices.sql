-- What filters can be set to: nodes, binding groups, bindings, and domains that the cubes name.
-- Plan: small tables; at most a few hundred domains.
SELECT 'node' AS kind, n.name FROM report_v1.node AS n
UNION ALL
SELECT DISTINCT 'binding_group', b.binding_group FROM report_v1.binding AS b
UNION ALL
SELECT DISTINCT 'binding', b.binding FROM report_v1.binding AS b
UNION ALL
SELECT 'domain', d.name FROM report_v1.domain AS d WHERE d.is_named
ORDER BY 1, 2
