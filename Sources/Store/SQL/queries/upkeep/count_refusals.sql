-- Counts the texts that intern called "other" since the last time. Plan: the rows of ops.term_refusal.
SELECT ops.count_term_refusals() AS texts
