-- The key of the hashes that trace takes.
SELECT report_v1.trace_key() AS key
