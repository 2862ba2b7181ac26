-- Texts that repeat, each with a number: events and cubes hold the numbers. Number 0 is "the log does not tell", number 1
-- is "other": all that came after the table was full (ops.term_limit), and all domains that a cube does not name.
CREATE TABLE rt_log.domain (
    term_id integer GENERATED ALWAYS AS IDENTITY (START 2),
    name text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
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
    CONSTRAINT binding_pkey PRIMARY KEY (term_id),
    CONSTRAINT binding_name_key UNIQUE (name)
);
COMMENT ON TABLE rt_log.binding IS 'Bindings and their groups. name is group, tab, binding.';

CREATE TABLE rt_log.host (
    term_id integer GENERATED ALWAYS AS IDENTITY (START 2),
    name text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT host_pkey PRIMARY KEY (term_id),
    CONSTRAINT host_name_key UNIQUE (name)
);
COMMENT ON TABLE rt_log.host IS 'Names of remote hosts: next hops and clients.';

CREATE TABLE rt_log.reason (
    term_id integer GENERATED ALWAYS AS IDENTITY (START 2),
    name text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
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
    refused bigint NOT NULL DEFAULT 0,
    CONSTRAINT term_limit_pkey PRIMARY KEY (kind),
    CONSTRAINT term_limit_kind_check CHECK (kind IN ('domain', 'binding', 'host', 'reason'))
);
INSERT INTO ops.term_limit (kind, max_terms) VALUES ('domain', 2000000), ('binding', 20000), ('host', 500000), ('reason', 20000);
COMMENT ON TABLE ops.term_limit IS 'How many texts of a kind get a number; a log is an attacker''s input.';
COMMENT ON COLUMN ops.term_limit.refused IS 'How often a text became "other" because the kind was full.';

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
