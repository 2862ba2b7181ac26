-- The schemas, and who may look into them. The roles exist already: the database's set-up makes them.
-- Runs as mailmill_owner. Expected: well under a second, no data touched.
CREATE SCHEMA rt_log;
COMMENT ON SCHEMA rt_log IS 'Real-time logging statistics: events, and the cubes that are summed from them.';

CREATE SCHEMA webconsole;
COMMENT ON SCHEMA webconsole IS 'Accounts of the web console and the system console, their sessions, and the audit trail.';

CREATE SCHEMA ingest_v1;
COMMENT ON SCHEMA ingest_v1 IS 'What collectors call. Works for old collectors with every later schema; v2 would come beside it.';

CREATE SCHEMA report_v1;
COMMENT ON SCHEMA report_v1 IS 'What people and programs read. Columns are only ever added.';

GRANT USAGE ON SCHEMA ingest_v1 TO mailmill_collector;
GRANT USAGE ON SCHEMA report_v1 TO mailmill_report, mailmill_console, mailmill_monitor;
GRANT USAGE ON SCHEMA webconsole TO mailmill_console;

-- A function is executable by everyone unless that is taken back; here it is taken back for all that come.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
