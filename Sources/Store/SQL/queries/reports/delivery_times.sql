-- Deliveries of a period by the time that they took. $1 from, $2 to, $3 node, $4 binding group, $5 binding, $6 domain
-- (NULL: all). Plan: that of report_v1.delivery_times.
SELECT d.*, d.slot::integer AS slot_number
FROM report_v1.delivery_times($1, $2, $3, $4, $5, $6) AS d
ORDER BY d.slot
