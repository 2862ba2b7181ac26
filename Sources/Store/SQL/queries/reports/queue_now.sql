-- The sizes of each node's queues now, where they are measured. $1 node (NULL: all).
-- Plan: index on (node, time), newest first, one row a node.
SELECT q.node, q.active, q.delayed, q.connections_in, q.connections_out
FROM report_v1.queue_now AS q
WHERE q.node = coalesce($1, q.node)
ORDER BY q.node
