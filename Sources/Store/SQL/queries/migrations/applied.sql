-- The migrations that the database has, in order.
SELECT version, name, checksum, applied_at
FROM ops.migration
ORDER BY version
