-- Takes a migration to its next state. $1 name. Plan: a row; its completion's statements.
SELECT ops.turn_deferred($1) AS state
