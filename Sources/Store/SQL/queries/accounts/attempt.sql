-- Stores an attempt to sign in. $1 digest of the name, $2 address, $3 when, $4 whether it succeeded.
INSERT INTO webconsole.sign_in_attempt (name_digest, address, attempted_at, succeeded)
VALUES ($1, $2, $3, $4)
