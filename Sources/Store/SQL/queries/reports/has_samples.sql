-- Whether a followed source is a labelled sample that reported within the last minute. Plan: the few rows of ops.source.
SELECT EXISTS (
    SELECT FROM report_v1.source AS s WHERE s.is_sample AND s.last_report_at > now() - interval '1 minute'
) AS found
