-- The numbers of texts. $1 domains, $2 bindings, $3 hosts.
SELECT ingest_v1.intern('domain', $1) AS domains, ingest_v1.intern('binding', $2) AS bindings, ingest_v1.intern('host', $3) AS hosts
