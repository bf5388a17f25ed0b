-- Remote commands: the queue of each device and the history of what was asked of it. A command is stored before it is
-- answered for, marked as sent before it is sent, and its steps are told in the event log.
CREATE TABLE device_command (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- What the device sees in the topic, and answers under.
  request text NOT NULL UNIQUE,
  device_id integer NOT NULL REFERENCES device,
  name text NOT NULL,
  title_en text NOT NULL, title_zh text NOT NULL,
  args jsonb NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > requested_at),
  reply_within_s integer NOT NULL CHECK (reply_within_s > 0),
  state text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'sent', 'delivered', 'succeeded', 'failed', 'timed-out', 'expired', 'cancelled')),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  sent_at timestamptz, delivered_at timestamptz, settled_at timestamptz,
  -- When an open command expires or times out; none once its state is final.
  deadline_at timestamptz,
  reply_status text CHECK (reply_status IN ('done', 'failed')),
  reply_at timestamptz,
  reply_result jsonb,
  cancelled_by text, cancel_reason text,
  CHECK ((state IN ('queued', 'sent', 'delivered')) = (deadline_at IS NOT NULL)),
  CHECK ((deadline_at IS NULL) = (settled_at IS NOT NULL)),
  CHECK ((state = 'queued') <= (attempts = 0)),
  CHECK ((reply_status IS NULL) = (reply_at IS NULL)),
  CHECK ((state = 'cancelled') = (cancelled_by IS NOT NULL))
);
CREATE INDEX device_command_device ON device_command (device_id, id DESC);
CREATE INDEX device_command_open ON device_command (device_id, id) WHERE deadline_at IS NOT NULL;
CREATE INDEX device_command_deadline ON device_command (deadline_at) WHERE deadline_at IS NOT NULL;

CREATE FUNCTION keep_settled_command() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a command is kept for good: %', OLD.request;
  END IF;
  IF OLD.settled_at IS NOT NULL AND (NEW.state, NEW.settled_at) IS DISTINCT FROM (OLD.state, OLD.settled_at) THEN
    RAISE EXCEPTION 'command % is % and stays it', OLD.request, OLD.state;
  END IF;
  IF (NEW.request, NEW.device_id, NEW.name, NEW.args, NEW.reason, NEW.requested_by, NEW.requested_at)
    IS DISTINCT FROM (OLD.request, OLD.device_id, OLD.name, OLD.args, OLD.reason, OLD.requested_by, OLD.requested_at) THEN
    RAISE EXCEPTION 'what was asked with command % does not change', OLD.request;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER device_command_kept BEFORE UPDATE OR DELETE ON device_command
  FOR EACH ROW EXECUTE FUNCTION keep_settled_command();
