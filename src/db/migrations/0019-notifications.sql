-- Who is told of an alert, when and how: escalation by severity, the outbox of what is to be sent, and for each alert in
-- which notification it is or why it is in none.
CREATE TABLE notification_preference (
  user_id integer PRIMARY KEY REFERENCES user_account,
  language text NOT NULL CHECK (language IN ('zh', 'en')),
  time_zone text NOT NULL,
  quiet_from text CHECK (quiet_from ~ '^\d\d:\d\d$'), quiet_to text CHECK (quiet_to ~ '^\d\d:\d\d$'),
  email boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);
-- The secret is sealed with the instance's key, which is not in the database.
CREATE TABLE notification_webhook (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  url text NOT NULL,
  secret_sealed bytea NOT NULL,
  language text NOT NULL CHECK (language IN ('zh', 'en')),
  time_zone text NOT NULL,
  quiet_from text CHECK (quiet_from ~ '^\d\d:\d\d$'), quiet_to text CHECK (quiet_to ~ '^\d\d:\d\d$'),
  active boolean NOT NULL DEFAULT true,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  revision integer NOT NULL DEFAULT 1,
  CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);
CREATE TABLE notification_team (
  code text PRIMARY KEY,
  name_en text NOT NULL, name_zh text NOT NULL,
  members integer[] NOT NULL,
  revision integer NOT NULL DEFAULT 1
);
-- `levels`: [{afterMinutes, recipients}] as the contract has them.
CREATE TABLE escalation_policy (
  severity text PRIMARY KEY CHECK (severity IN ('critical', 'major', 'minor', 'warning')),
  levels jsonb NOT NULL,
  repeat_minutes integer CHECK (repeat_minutes > 0),
  revision integer NOT NULL DEFAULT 1,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL
);
INSERT INTO escalation_policy (severity, levels, repeat_minutes, changed_by, changed_at) VALUES
  ('critical', '[{"afterMinutes":0,"recipients":[{"kind":"role","role":"support-engineer"}]},
                 {"afterMinutes":15,"recipients":[{"kind":"role","role":"manager"}]}]', 60, 'system', now()),
  ('major', '[{"afterMinutes":0,"recipients":[{"kind":"role","role":"support-engineer"}]},
              {"afterMinutes":120,"recipients":[{"kind":"role","role":"manager"}]}]', 480, 'system', now()),
  ('minor', '[{"afterMinutes":0,"recipients":[{"kind":"role","role":"support-engineer"}]}]', NULL, 'system', now()),
  ('warning', '[]', NULL, 'system', now());

-- How far the telling of an open alert has come; `next_at` is empty when nothing more is to be told.
CREATE TABLE alert_escalation (
  alert_id bigint PRIMARY KEY REFERENCES alert,
  severity text NOT NULL,
  level integer NOT NULL CHECK (level >= 0),
  started_at timestamptz NOT NULL,
  told_at timestamptz,
  next_at timestamptz
);
CREATE INDEX alert_escalation_due ON alert_escalation (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE notification (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The same for every try: who receives it twice can tell.
  delivery uuid NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('alert', 'test')),
  channel text NOT NULL CHECK (channel IN ('email', 'webhook')),
  user_id integer REFERENCES user_account, webhook_id integer REFERENCES notification_webhook,
  recipient text NOT NULL, address text NOT NULL,
  language text NOT NULL,
  severity text, level integer NOT NULL DEFAULT 0,
  -- What all of its alerts have in common; empty = nothing of it.
  site text, cause text,
  held_for text CHECK (held_for IN ('gather', 'storm', 'quiet-hours')),
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'dead', 'suppressed')),
  -- When it is sent, or tried again; while it is being sent, when another worker may take it.
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  -- As text it stays byte for byte what was sent first.
  content json,
  last_error text,
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  CHECK ((user_id IS NULL) <> (webhook_id IS NULL)),
  CHECK ((state IN ('sent', 'dead', 'suppressed')) = (settled_at IS NOT NULL))
);
CREATE INDEX notification_due ON notification (due_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX notification_person ON notification (user_id, created_at) WHERE user_id IS NOT NULL;
CREATE INDEX notification_hook ON notification (webhook_id, created_at) WHERE webhook_id IS NOT NULL;
-- Nothing is dropped in silence: an alert's entry names its notification, or says why there is none.
CREATE TABLE notification_alert (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alert_id bigint NOT NULL REFERENCES alert,
  notification_id bigint REFERENCES notification,
  at timestamptz NOT NULL,
  occasion text NOT NULL CHECK (occasion IN ('raised', 'worsened', 'escalated', 'repeated', 'returned')),
  level integer NOT NULL,
  recipient text,
  suppressed text,
  CHECK (notification_id IS NOT NULL OR suppressed IS NOT NULL)
);
CREATE INDEX notification_alert_alert ON notification_alert (alert_id, id);
CREATE INDEX notification_alert_notification ON notification_alert (notification_id);

-- Level that the escalation of an alert has reached; 0 and 1: the first ones to be told.
ALTER TABLE alert ADD COLUMN escalation_level integer NOT NULL DEFAULT 0;
-- What a person said the cause was when resolving it.
ALTER TABLE alert ADD COLUMN resolution text;
CREATE INDEX alert_shelved ON alert (shelved_until) WHERE shelved_until IS NOT NULL;
