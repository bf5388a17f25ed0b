-- The event log (outbox): how one room tells another, written in the same transaction as the change it reports.
CREATE TABLE event (
  position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type        text NOT NULL,
  at          timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  payload     jsonb NOT NULL
);
CREATE INDEX event_type_position ON event (type, position);

CREATE TABLE consumer (
  name     text PRIMARY KEY,
  position bigint NOT NULL DEFAULT 0
);

-- An event a consumer could not handle after its retries: parked here in the open, never dropped.
CREATE TABLE consumer_failure (
  consumer  text NOT NULL,
  position  bigint NOT NULL REFERENCES event (position),
  error     text NOT NULL,
  failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (consumer, position)
);

CREATE TABLE maintenance_run (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job         text NOT NULL,
  started_at  timestamptz NOT NULL,
  finished_at timestamptz,
  ok          boolean,
  detail      text
);
CREATE INDEX maintenance_run_job ON maintenance_run (job, started_at DESC);

-- The second guard of everything append-only: no room, and no person with SQL at hand, changes what was recorded.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: correct a mistake with a reversing entry', TG_TABLE_NAME USING ERRCODE = '55000';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
