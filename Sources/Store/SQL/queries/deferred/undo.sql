-- Takes the last chunk of a migration back. $1 name.
SELECT u.moved FROM ops.undo_chunk($1) AS u (moved)
