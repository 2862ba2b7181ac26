-- The texts of kind $1 that were new before the raw horizon and that nothing names. Plan: that of ops.unnamed_terms.
SELECT ops.unnamed_terms($1, rt_log.horizon('event')) AS ids
