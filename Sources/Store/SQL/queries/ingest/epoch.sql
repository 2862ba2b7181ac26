-- Epoch of the designated host. Plan: one row.
SELECT ingest_v1.epoch() AS epoch
