-- Records a migration, in its own transaction. $1 version, $2 name, $3 SHA-256, $4 milliseconds that it took.
INSERT INTO ops.migration (version, name, checksum, took_ms)
VALUES ($1, $2, $3, $4)
