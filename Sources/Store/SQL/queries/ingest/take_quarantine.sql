-- Takes lines out of quarantine. $1 source, $2 epoch, $3 files, $4 positions.
SELECT ingest_v1.take_quarantine($1, $2, $3, $4) AS taken
