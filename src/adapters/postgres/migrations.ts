// The history of the tables in PostgreSQL. It goes only forward, and each step leaves a gateway of the version before in
// working order: columns are added with a default and never taken away, and no step rewrites a large table.

export interface PostgresMigration {
  readonly name: string
  /** Statements, one after the other. */
  readonly up: string
}

/** Texts are compared as bytes: the order of names must not depend on where a database was made. */
const text = 'text COLLATE "C"'

const keys = `
CREATE TABLE keys (
  id ${text} PRIMARY KEY, name text NOT NULL, hash ${text} NOT NULL UNIQUE, last4 text NOT NULL,
  created_at_ms bigint NOT NULL, expires_at_ms bigint, revoked_at_ms bigint,
  models text NOT NULL, scopes text NOT NULL, tenant text, team text, "user" text,
  more text NOT NULL DEFAULT '{}', pepper text, previous_hash text, previous_until_ms bigint
);
CREATE TABLE key_uses (id ${text} PRIMARY KEY, last_used_at_ms bigint NOT NULL);
CREATE TABLE key_changes (number bigint NOT NULL);
INSERT INTO key_changes (number) VALUES (0);
CREATE FUNCTION note_key_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN UPDATE key_changes SET number = number + 1; RETURN NULL; END $$;
CREATE TRIGGER keys_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON keys
  FOR EACH STATEMENT EXECUTE FUNCTION note_key_change();
CREATE TABLE peppers (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  current text NOT NULL, previous text, first text NOT NULL
);`

const audit = `
CREATE TABLE audit (
  number bigint PRIMARY KEY, at_ms bigint NOT NULL, actor text NOT NULL, address text NOT NULL,
  action text NOT NULL, subject text NOT NULL, outcome text NOT NULL, before text NOT NULL, after text NOT NULL,
  hash text NOT NULL
);
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit trail is not changed, and nothing is taken from it'; END $$;
CREATE TRIGGER audit_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE FUNCTION refuse_audit_gap() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit) THEN
    RAISE EXCEPTION 'the audit trail is added to at its end';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_gap BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION refuse_audit_gap();`

const attempts = `
CREATE TABLE attempts (
  attempt_id ${text} NOT NULL, call_id ${text} NOT NULL, key_id ${text} NOT NULL,
  endpoint ${text} NOT NULL, model ${text} NOT NULL, provider ${text} NOT NULL,
  provider_model ${text} NOT NULL, kind ${text} NOT NULL, stream bigint NOT NULL,
  started_at_ms bigint NOT NULL, estimated_input_tokens bigint NOT NULL,
  generation bigint NOT NULL, outcome ${text} NOT NULL, status bigint NOT NULL,
  connect_ms double precision NOT NULL, first_token_ms double precision NOT NULL,
  total_ms double precision NOT NULL, reported_model ${text} NOT NULL,
  input_tokens bigint NOT NULL, cached_input_tokens bigint NOT NULL, output_tokens bigint NOT NULL,
  reasoning_tokens bigint NOT NULL, usage_source ${text} NOT NULL, cost_nano_dollars bigint,
  list_nano_dollars bigint, charged_nano_dollars bigint, price_version ${text} NOT NULL,
  service_tier ${text} NOT NULL, usage_suspect bigint NOT NULL, cache_write_tokens bigint NOT NULL,
  cache_write_hour_tokens bigint NOT NULL, audio_input_tokens bigint NOT NULL,
  image_input_tokens bigint NOT NULL, audio_output_tokens bigint NOT NULL,
  image_output_tokens bigint NOT NULL, tenant ${text} NOT NULL, team ${text} NOT NULL,
  key_user ${text} NOT NULL, request_user ${text} NOT NULL, tags ${text} NOT NULL,
  metadata ${text} NOT NULL, region ${text} NOT NULL, purpose ${text} NOT NULL,
  parent_call_id ${text} NOT NULL,
  place bigint GENERATED ALWAYS AS IDENTITY UNIQUE, PRIMARY KEY (call_id, attempt_id)
);
CREATE TABLE price_versions (id ${text} PRIMARY KEY, text text NOT NULL, first_used_ms bigint NOT NULL);
CREATE TABLE spend_groups (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash ${text} NOT NULL UNIQUE,
  tenant ${text} NOT NULL, team ${text} NOT NULL, key_id ${text} NOT NULL,
  key_user ${text} NOT NULL, endpoint ${text} NOT NULL, model ${text} NOT NULL,
  provider ${text} NOT NULL, provider_model ${text} NOT NULL, region ${text} NOT NULL,
  tags ${text} NOT NULL, outcome ${text} NOT NULL, purpose ${text} NOT NULL
);
CREATE TABLE spend_sums (
  span_hours bigint NOT NULL, start_ms bigint NOT NULL, group_id bigint NOT NULL,
  calls bigint NOT NULL, attempts bigint NOT NULL, estimated bigint NOT NULL,
  unpriced bigint NOT NULL, input_tokens bigint NOT NULL, cached_input_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL, reasoning_tokens bigint NOT NULL,
  cache_write_tokens bigint NOT NULL, cache_write_hour_tokens bigint NOT NULL,
  audio_input_tokens bigint NOT NULL, image_input_tokens bigint NOT NULL,
  audio_output_tokens bigint NOT NULL, image_output_tokens bigint NOT NULL,
  cost_nano_dollars bigint NOT NULL, list_nano_dollars bigint NOT NULL,
  charged_nano_dollars bigint NOT NULL,
  PRIMARY KEY (span_hours, start_ms, group_id)
);`

const responses = `
CREATE TABLE responses (
  tenant ${text} NOT NULL, id ${text} NOT NULL, previous_id text, key_id text NOT NULL, model text NOT NULL,
  provider text NOT NULL, deployment text NOT NULL, credential text NOT NULL, provider_id text,
  created_at_ms bigint NOT NULL, expires_at_ms bigint NOT NULL, input text NOT NULL, body text NOT NULL,
  place bigint GENERATED ALWAYS AS IDENTITY UNIQUE, PRIMARY KEY (tenant, id)
);
CREATE INDEX responses_by_expiry ON responses (expires_at_ms);
CREATE TABLE response_items (
  tenant ${text} NOT NULL, item_id ${text} NOT NULL, response_id ${text} NOT NULL,
  PRIMARY KEY (tenant, item_id),
  FOREIGN KEY (tenant, response_id) REFERENCES responses (tenant, id) ON DELETE CASCADE
);
CREATE INDEX response_items_by_response ON response_items (tenant, response_id);
CREATE TABLE held_ids (
  tenant ${text} NOT NULL, id ${text} NOT NULL, provider text NOT NULL, deployment text NOT NULL,
  credential text NOT NULL, expires_at_ms bigint NOT NULL, PRIMARY KEY (tenant, id)
);
CREATE INDEX held_ids_by_expiry ON held_ids (expires_at_ms);`

const bodies = `
CREATE TABLE bodies (
  call_id ${text} PRIMARY KEY, tenant text NOT NULL, key_id text NOT NULL, key_user text NOT NULL,
  request_user text NOT NULL, endpoint text NOT NULL, model text NOT NULL,
  deployment text NOT NULL, region text NOT NULL, code text NOT NULL, at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL, is_cut bigint NOT NULL, prompt text NOT NULL,
  answer text NOT NULL,
  place bigint GENERATED ALWAYS AS IDENTITY UNIQUE
);
CREATE INDEX bodies_by_expiry ON bodies (expires_at_ms);
CREATE INDEX bodies_by_time ON bodies (at_ms);`

/** Events, their way to each endpoint, and how the endpoints stand. Receivers see the number as the order of events. */
const webhooks = `
CREATE TABLE webhook_events (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id ${text} NOT NULL UNIQUE, type text NOT NULL,
  created_at_ms bigint NOT NULL, body text NOT NULL
);
CREATE TABLE webhook_deliveries (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event bigint NOT NULL REFERENCES webhook_events (number) ON DELETE CASCADE, endpoint ${text} NOT NULL,
  state text NOT NULL, attempts bigint NOT NULL DEFAULT 0, next_at_ms bigint NOT NULL,
  claimed_by text NOT NULL DEFAULT '', last_at_ms bigint, last_status bigint, last_problem text NOT NULL,
  ended_at_ms bigint, UNIQUE (event, endpoint)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, next_at_ms) WHERE state = 'waiting';
CREATE TABLE webhook_endpoints (
  name ${text} PRIMARY KEY, url text NOT NULL, failures bigint NOT NULL, failing_since_ms bigint,
  disabled_because text NOT NULL, disabled_at_ms bigint
);`

/** Of attempts that are there already the sums do not say who pays them: all but these two kinds are taken for the client's. */
const unchargedTokens = `
ALTER TABLE spend_sums ADD COLUMN uncharged_tokens bigint NOT NULL DEFAULT 0;
UPDATE spend_sums SET uncharged_tokens = input_tokens + output_tokens FROM spend_groups
  WHERE spend_groups.id = spend_sums.group_id AND spend_groups.outcome IN ('crashed', 'hedge_loser');`

/** In the order in which they are done. What was done once stays as it is. */
export const postgresMigrations: readonly PostgresMigration[] = [
  { name: '0001-tables', up: keys + audit + attempts + responses + bodies },
  { name: '0002-webhooks', up: webhooks },
  // Ids of keys, never a key: a start has to know which it cannot do without.
  { name: '0003-encryption-keys', up: `CREATE TABLE encryption_keys (id ${text} PRIMARY KEY)` },
  { name: '0004-uncharged-tokens', up: unchargedTokens },
]
