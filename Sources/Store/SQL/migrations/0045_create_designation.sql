-- One writable database in a cluster of hosts: which host's server takes events, and since which epoch. The row travels with
-- the data (to standbys, into backups), the host's own name does not: a copy that comes up elsewhere takes no events until
-- it is designated.

CREATE TABLE ops.designation (
    singleton boolean NOT NULL DEFAULT true,
    host text NOT NULL DEFAULT '',
    epoch bigint NOT NULL DEFAULT 0,
    since timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT designation_pkey PRIMARY KEY (singleton),
    CONSTRAINT designation_singleton_check CHECK (singleton),
    CONSTRAINT designation_epoch_check CHECK (epoch >= 0)
);
INSERT INTO ops.designation DEFAULT VALUES;
COMMENT ON TABLE ops.designation IS 'One row: the host whose server takes events. Changed by `mailmill database designate` and `standby promote`.';
COMMENT ON COLUMN ops.designation.host IS 'As in the setting cluster.host there; empty until one was designated: then any host.';
COMMENT ON COLUMN ops.designation.epoch IS 'Grows with each change. Collectors remember the highest and report to no older one.';

-- ops.designation_refusal(): why this server takes no events; empty when it does. The server's own name and the one that the
-- configuration designates are given on its command line by Mailmill.
-- Plan: one row.
CREATE FUNCTION ops.designation_refusal() RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
        WHEN s.configured <> '' AND s.configured <> s.host
            THEN format('the configuration designates host %s, and this is %s', s.configured, s.host)
        WHEN d.host <> '' AND d.host <> s.host
            THEN format('host %s was designated (epoch %s), and this is %s', d.host, d.epoch, coalesce(nullif(s.host, ''), 'a server without a name'))
        ELSE ''
    END
    FROM ops.designation AS d
    CROSS JOIN (
        SELECT coalesce(current_setting('mailmill.host', true), '') AS host,
            coalesce(current_setting('mailmill.designated_host', true), '') AS configured
    ) AS s
$$;
REVOKE ALL ON FUNCTION ops.designation_refusal() FROM PUBLIC;
COMMENT ON FUNCTION ops.designation_refusal() IS 'Why this server takes no events; empty when it does.';

-- ingest_v1.epoch(): of the designation. A collector reports to no server with a lower one than it has seen.
CREATE FUNCTION ingest_v1.epoch() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT d.epoch FROM ops.designation AS d $$;
COMMENT ON FUNCTION ingest_v1.epoch() IS 'Epoch of the designated host: grows when another host''s server takes over.';
REVOKE ALL ON FUNCTION ingest_v1.epoch() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ingest_v1.epoch() TO mailmill_collector;

CREATE FUNCTION report_v1.designation()
RETURNS TABLE (host text, epoch bigint, since timestamptz, refusal text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT d.host, d.epoch, d.since, ops.designation_refusal() FROM ops.designation AS d $$;
COMMENT ON FUNCTION report_v1.designation() IS 'One row: the host whose server takes events, since when, and why this one does not (empty: it does).';
REVOKE ALL ON FUNCTION report_v1.designation() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION report_v1.designation() TO mailmill_report, mailmill_console, mailmill_monitor;
