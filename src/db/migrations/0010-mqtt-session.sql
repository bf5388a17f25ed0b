-- What the broker's sessions must not lose: subscriptions, messages on their way, QoS 2 handshakes, retained messages and
-- wills. Client ids, filters and topics may be longer than an index takes, so their SHA-256 is the key.
CREATE TABLE mqtt_session (
  client_key bytea PRIMARY KEY,
  client_id text NOT NULL,
  -- NULL while connected; a session that stays away expires.
  disconnected_at timestamptz
);
CREATE TABLE mqtt_subscription (
  client_key bytea NOT NULL REFERENCES mqtt_session ON DELETE CASCADE,
  filter_key bytea NOT NULL,
  filter text NOT NULL,
  qos smallint NOT NULL CHECK (qos BETWEEN 0 AND 2),
  PRIMARY KEY (client_key, filter_key)
);
-- Copies for one session, in the order of their arrival; the packet id follows from seq.
CREATE TABLE mqtt_queued (
  client_key bytea NOT NULL REFERENCES mqtt_session ON DELETE CASCADE,
  seq bigint NOT NULL,
  topic text NOT NULL,
  payload bytea NOT NULL,
  qos smallint NOT NULL CHECK (qos IN (1, 2)),
  is_retained boolean NOT NULL,
  -- QoS 2: the receiver has it (PUBREC), what remains is its release.
  is_released boolean NOT NULL DEFAULT false,
  PRIMARY KEY (client_key, seq)
);
-- QoS 2 packet ids that were taken (PUBREC) and not yet released (PUBREL).
CREATE TABLE mqtt_incoming (
  client_key bytea NOT NULL REFERENCES mqtt_session ON DELETE CASCADE,
  packet_id integer NOT NULL,
  PRIMARY KEY (client_key, packet_id)
);
CREATE TABLE mqtt_retained (
  topic_key bytea PRIMARY KEY,
  topic text NOT NULL,
  payload bytea NOT NULL,
  qos smallint NOT NULL CHECK (qos BETWEEN 0 AND 2)
);
CREATE TABLE mqtt_will (
  client_key bytea PRIMARY KEY,
  client_id text NOT NULL,
  topic text NOT NULL,
  payload bytea NOT NULL,
  qos smallint NOT NULL CHECK (qos BETWEEN 0 AND 2),
  is_retained boolean NOT NULL
);
