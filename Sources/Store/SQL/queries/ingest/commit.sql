-- Counts the batch that stands in pg_temp.event_batch. $1 source, $2 epoch, $3 file, $4 from, $5 to, $6 cursor, $7 parser
-- state, $8 to $11 head and tail, $12 newest time of a line, $13 lines, $14 to $16 unread lines: positions, reasons, bytes,
-- $17 hash of all before $5, $18 and $19 marks: positions, hashes.
SELECT ingest_v1.commit_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) AS outcome
