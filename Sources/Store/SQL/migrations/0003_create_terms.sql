-- Texts that repeat, each with a number: events and cubes hold the numbers. Number 0 is "the log does not tell", number 1
-- is "other": all that ops.term_limit has no room for, and all domains that a cube does not name. A text that nothing names
-- any more is retired first, and deleted days later (ops.retire_terms).
CREATE TABLE rt_log.domain (
    term_id integer GENERATED ALWAYS AS IDENTITY (START 2),
    name text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,
    CONSTRAINT domain_pkey PRIMARY KEY (term_id),
    CONSTRAINT domain_name_key UNIQUE (name)
);
COMMENT ON TABLE rt_log.domain IS 'Domains of recipients and senders, lower case.';

CREATE TABLE rt_log.binding (
    term_id integer GENERATED ALWAYS AS IDENTITY (START 2),
    name text NOT NULL,
    group_name text GENERATED ALWAYS AS (split_part(name, E'\t', 1)) STORED,
    binding_name text GENERATED ALWAYS AS (split_part(name, E'\t', 2)) STORED,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,
    CONSTRAINT binding_pkey PRIMARY KEY (term_id),
    CONSTRAINT binding_name_key UNIQUE (name)
);
COMMENT ON TABLE rt_log.binding IS 'Bindings and their groups. name is group, tab, binding.';

CREATE TABLE rt_log.host (
    term_id integer GENERATED ALWAYS AS IDENTITY (START 2),
    name text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,
    CONSTRAINT host_pkey PRIMARY KEY (term_id),
    CONSTRAINT host_name_key UNIQUE (name)
);
COMMENT ON TABLE rt_log.host IS 'Names of remote hosts: next hops and clients.';

CREATE TABLE rt_log.reason (
    term_id integer GENERATED ALWAYS AS IDENTITY (START 2),
    name text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,
    CONSTRAINT reason_pkey PRIMARY KEY (term_id),
    CONSTRAINT reason_name_key UNIQUE (name)
);
COMMENT ON TABLE rt_log.reason IS 'Canonical reasons of failures: replies with what differs from message to message replaced.';

INSERT INTO rt_log.domain (term_id, name) OVERRIDING SYSTEM VALUE VALUES (0, ''), (1, 'other');
INSERT INTO rt_log.binding (term_id, name) OVERRIDING SYSTEM VALUE VALUES (0, ''), (1, E'other\tother');
INSERT INTO rt_log.host (term_id, name) OVERRIDING SYSTEM VALUE VALUES (0, ''), (1, 'other');
INSERT INTO rt_log.reason (term_id, name) OVERRIDING SYSTEM VALUE VALUES (0, ''), (1, 'other');

CREATE TABLE ops.term_limit (
    kind text NOT NULL,
    max_terms integer NOT NULL,
    burst integer NOT NULL,
    per_hour integer NOT NULL,
    reserve integer NOT NULL,
    tokens double precision NOT NULL,
    refilled_at timestamptz NOT NULL DEFAULT now(),
    reserve_until timestamptz NOT NULL DEFAULT now() + interval '3 days',
    known integer NOT NULL DEFAULT 0,
    retired integer NOT NULL DEFAULT 0,
    refused_full bigint NOT NULL DEFAULT 0,
    refused_rate bigint NOT NULL DEFAULT 0,
    refused_length bigint NOT NULL DEFAULT 0,
    last_refused_at timestamptz,
    references_checked_at timestamptz,
    CONSTRAINT term_limit_pkey PRIMARY KEY (kind),
    CONSTRAINT term_limit_kind_check CHECK (kind IN ('domain', 'binding', 'host', 'reason')),
    CONSTRAINT term_limit_rate_check CHECK (burst > 0 AND per_hour > 0 AND reserve >= burst)
);
INSERT INTO ops.term_limit (kind, max_terms, burst, per_hour, reserve, tokens) VALUES
    ('domain', 2000000, 50000, 5000, 1000000, 1000000),
    ('binding', 20000, 500, 60, 5000, 5000),
    ('host', 500000, 20000, 5000, 250000, 250000),
    ('reason', 20000, 500, 20, 5000, 5000);
COMMENT ON TABLE ops.term_limit IS
    'How many texts of a kind get a number, and how fast: a log is an attacker''s input. A bucket of tokens, one a new text.';
COMMENT ON COLUMN ops.term_limit.burst IS 'Tokens that the bucket fills up to by itself.';
COMMENT ON COLUMN ops.term_limit.per_hour IS 'Tokens that an hour brings.';
COMMENT ON COLUMN ops.term_limit.reserve IS 'Tokens that a new source brings: the first days of a site know nothing yet. What is left of them after reserve_until is gone.';
COMMENT ON COLUMN ops.term_limit.tokens IS 'In the bucket at refilled_at; ops.term_tokens tells how many there are now.';
COMMENT ON COLUMN ops.term_limit.known IS 'Texts that have a number, retired ones too.';
COMMENT ON COLUMN ops.term_limit.retired IS 'Of them, retired ones.';
COMMENT ON COLUMN ops.term_limit.refused_full IS 'How often a text became "other" because the kind was full; ops.term_refusal has the newest.';
COMMENT ON COLUMN ops.term_limit.refused_rate IS 'How often a text became "other" because too many were new; ops.term_refusal has the newest.';
COMMENT ON COLUMN ops.term_limit.refused_length IS 'How often a text became "other" because it was too long; ops.term_refusal has the newest.';

-- Rows are only added here, so that under an attack no collector waits for another one's.
CREATE TABLE ops.term_refusal (
    refused_at timestamptz NOT NULL,
    kind text NOT NULL,
    cause text NOT NULL,
    texts bigint NOT NULL,
    CONSTRAINT term_refusal_cause_check CHECK (cause IN ('full', 'rate', 'length'))
);
COMMENT ON TABLE ops.term_refusal IS 'Texts that became "other" and are not yet counted in ops.term_limit.';

-- ops.term_tokens(bound): how many new texts of a kind may have a number now. Whatever the clock does: a jump back brings
-- what as long a time would bring.
CREATE FUNCTION ops.term_tokens(bound ops.term_limit) RETURNS double precision
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
RETURN least(
    bound.tokens + bound.per_hour * abs(extract(epoch FROM clock_timestamp() - bound.refilled_at)) / 3600.0,
    CASE WHEN clock_timestamp() < bound.reserve_until THEN greatest(bound.tokens, bound.burst) ELSE bound.burst END
);

CREATE TABLE rt_log.domain_tier (
    domain_id integer NOT NULL,
    tier text NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz NOT NULL DEFAULT 'infinity',
    is_watched boolean NOT NULL DEFAULT false,
    CONSTRAINT domain_tier_pkey PRIMARY KEY (domain_id, tier, valid_from),
    CONSTRAINT domain_tier_domain_fkey FOREIGN KEY (domain_id) REFERENCES rt_log.domain (term_id),
    CONSTRAINT domain_tier_tier_check CHECK (tier IN ('minute', 'hour')),
    CONSTRAINT domain_tier_valid_check CHECK (valid_from < valid_to)
);
CREATE UNIQUE INDEX domain_tier_current_key ON rt_log.domain_tier (tier, domain_id) WHERE valid_to = 'infinity';
COMMENT ON TABLE rt_log.domain_tier IS
    'Which domains the cubes name, and when: an event counts under its domain if its time lies in an interval, else under "other".';
COMMENT ON COLUMN rt_log.domain_tier.tier IS 'minute: the cubes that are filled from the delta; hour: those by domain that are filled from the events.';
