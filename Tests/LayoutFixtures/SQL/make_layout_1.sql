-- Layout 1, as a first release would have had it: one table of events with wide texts, one of statistics, neither
-- partitioned. Holds what a first release would have held when the release of today came.
CREATE SCHEMA layout_1;

CREATE TABLE layout_1.event (
    event_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    node text NOT NULL,
    kind text NOT NULL,
    message_id text NOT NULL,
    recipient text NOT NULL,
    sender text NOT NULL,
    binding text NOT NULL,
    remote_host text NOT NULL,
    remote_address inet,
    message_hash bigint NOT NULL,
    recipient_hash bigint NOT NULL,
    sender_hash bigint NOT NULL,
    size integer,
    delay_ms integer,
    status text,
    attempt smallint,
    reply_code smallint,
    reply text
);
CREATE INDEX event_occurred_at_idx ON layout_1.event (occurred_at);
COMMENT ON TABLE layout_1.event IS 'One row an event; addresses whole.';
COMMENT ON COLUMN layout_1.event.binding IS 'Group, tab, binding.';

CREATE TABLE layout_1.statistics (
    minute timestamptz NOT NULL,
    node text NOT NULL,
    binding text NOT NULL,
    domain text NOT NULL,
    receptions integer NOT NULL,
    deliveries integer NOT NULL,
    deliveries_later integer NOT NULL,
    transient_failures integer NOT NULL,
    permanent_failures integer NOT NULL,
    deliveries_timed integer NOT NULL,
    delivery_ms_max integer NOT NULL,
    bytes_in bigint NOT NULL,
    bytes_out bigint NOT NULL,
    delivery_ms_sum bigint NOT NULL,
    CONSTRAINT statistics_pkey PRIMARY KEY (minute, node, binding, domain)
);
COMMENT ON TABLE layout_1.statistics IS 'All figures there are, for each minute, node, binding and domain.';
