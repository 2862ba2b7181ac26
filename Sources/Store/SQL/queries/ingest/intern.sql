-- The numbers of texts. $1 kind, $2 texts.
SELECT ingest_v1.intern($1, $2) AS ids
