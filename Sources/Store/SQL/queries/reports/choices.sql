-- Names that a filter can be set to. $1 dimension, $2 what they begin with, $3 how many at most.
-- Plan: small tables; domains by a range of the index on their names (C.UTF-8 sorts by code point).
SELECT c.name
FROM (
    SELECT n.name FROM report_v1.node AS n WHERE $1 = 'node' AND starts_with(n.name, $2)
    UNION
    SELECT b.binding_group FROM report_v1.binding AS b WHERE $1 = 'binding_group' AND starts_with(b.binding_group, $2)
    UNION
    SELECT b.binding FROM report_v1.binding AS b WHERE $1 = 'binding' AND starts_with(b.binding, $2)
    UNION
    (
        SELECT d.name FROM report_v1.domain AS d
        WHERE $1 = 'domain' AND d.name >= $2 AND d.name < $2 || U&'\+10FFFF'
        ORDER BY d.name
        LIMIT $3
    )
) AS c
ORDER BY c.name
LIMIT $3
