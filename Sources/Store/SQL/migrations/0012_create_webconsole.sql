-- Accounts of the consoles, their sessions, failed sign-ins, and the audit trail.
CREATE TABLE webconsole.account (
    account_id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    must_change_password boolean NOT NULL,
    is_disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT account_pkey PRIMARY KEY (account_id),
    CONSTRAINT account_name_key UNIQUE (name),
    CONSTRAINT account_name_check CHECK (name <> '' AND name = lower(name) AND length(name) <= 64),
    CONSTRAINT account_role_check CHECK (role IN ('admin', 'users', 'reporting')),
    CONSTRAINT account_password_hash_check CHECK (password_hash LIKE '$argon2%')
);
COMMENT ON TABLE webconsole.account IS 'Who may sign in to the web console and the system console.';
COMMENT ON COLUMN webconsole.account.name IS 'Folded: one spelling a person.';
COMMENT ON COLUMN webconsole.account.password_hash IS 'A PHC string of argon2id.';
COMMENT ON COLUMN webconsole.account.must_change_password IS 'The password was given by somebody else.';

CREATE TABLE webconsole.session (
    digest bytea NOT NULL,
    account_id bigint NOT NULL,
    address text NOT NULL,
    opened_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT session_pkey PRIMARY KEY (digest),
    CONSTRAINT session_account_fkey FOREIGN KEY (account_id) REFERENCES webconsole.account (account_id) ON DELETE CASCADE,
    CONSTRAINT session_digest_check CHECK (length(digest) = 32)
);
CREATE INDEX session_account_idx ON webconsole.session (account_id);
CREATE INDEX session_expires_at_idx ON webconsole.session (expires_at);
COMMENT ON TABLE webconsole.session IS 'Who is signed in. Only the SHA-256 of a token is kept.';

CREATE TABLE webconsole.sign_in_attempt (
    name_digest bytea NOT NULL,
    address text NOT NULL,
    attempted_at timestamptz NOT NULL,
    succeeded boolean NOT NULL
);
CREATE INDEX sign_in_attempt_name_idx ON webconsole.sign_in_attempt (name_digest, attempted_at);
CREATE INDEX sign_in_attempt_address_idx ON webconsole.sign_in_attempt (address, attempted_at);
CREATE INDEX sign_in_attempt_attempted_at_idx ON webconsole.sign_in_attempt (attempted_at);
COMMENT ON TABLE webconsole.sign_in_attempt IS 'Attempts to sign in, for the throttle. Kept for a day.';
COMMENT ON COLUMN webconsole.sign_in_attempt.name_digest IS 'SHA-256 of the name as typed: it may be a password in the wrong field.';

CREATE TABLE webconsole.audit (
    audit_id bigint GENERATED ALWAYS AS IDENTITY,
    happened_at timestamptz NOT NULL,
    action text NOT NULL,
    account_id bigint,
    address text NOT NULL,
    CONSTRAINT audit_pkey PRIMARY KEY (audit_id)
);
CREATE INDEX audit_happened_at_idx ON webconsole.audit (happened_at);
CREATE INDEX audit_account_idx ON webconsole.audit (account_id, happened_at);
COMMENT ON TABLE webconsole.audit IS 'What people did. Rows are only ever added.';
COMMENT ON COLUMN webconsole.audit.account_id IS 'NULL if there is no such account. Stays when an account is removed.';
COMMENT ON COLUMN webconsole.audit.address IS 'Where the person was; `local` for the command line.';

GRANT SELECT, UPDATE (password_hash, must_change_password, password_changed_at) ON webconsole.account TO mailmill_console;
GRANT SELECT, INSERT, DELETE, UPDATE (last_used_at) ON webconsole.session TO mailmill_console;
GRANT SELECT, INSERT, DELETE ON webconsole.sign_in_attempt TO mailmill_console;
GRANT SELECT, INSERT ON webconsole.audit TO mailmill_console;
