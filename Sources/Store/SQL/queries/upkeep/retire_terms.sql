-- Retires some texts of kind $1, numbers $2, or deletes them where that was done days ago. Plan: one index look-up a number.
SELECT r.retired, r.deleted FROM ops.retire_terms($1, $2) AS r
