-- Why a step itself has to wait. $1 migration, $2 step.
SELECT ops.hold_of($1, $2) AS reason
