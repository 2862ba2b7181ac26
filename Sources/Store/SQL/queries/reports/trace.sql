-- A page of messages with all that happened to them. $1, $2 period; $3 to $7 criteria; $8 to $10 where the page before ended;
-- $11 messages. Plan: that of report_v1.trace.
SELECT t.*
FROM report_v1.trace($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS t
