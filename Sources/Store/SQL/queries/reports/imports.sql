-- Each imported file, the newest first. Plan: the files of the few import sources by index.
SELECT i.node, i.file, i.format, i.bytes, i.lines, i.events, i.quarantined, i.newest_line_at, i.updated_at
FROM report_v1.import AS i
ORDER BY i.updated_at DESC, i.file
