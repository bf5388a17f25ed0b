-- Devices that speak through another one, the edge nodes of Sparkplug B and who speaks for each, and the names devices
-- use beyond those of their product.
ALTER TABLE device ADD COLUMN gateway_code text REFERENCES device (code);
ALTER TABLE device ADD CONSTRAINT device_gateway_other CHECK (gateway_code <> code);
CREATE INDEX device_gateway ON device (gateway_code) WHERE gateway_code IS NOT NULL;

-- The first device to speak as a node keeps it.
CREATE TABLE sparkplug_node (
  group_id  text NOT NULL,
  node_id   text NOT NULL,
  device_id integer NOT NULL REFERENCES device,
  bound_at  timestamptz NOT NULL,
  PRIMARY KEY (group_id, node_id)
);
CREATE INDEX sparkplug_node_device ON sparkplug_node (device_id);

-- Bounded per device, so that one that invents names fills nobody else's room.
CREATE TABLE own_metric (
  device_id integer NOT NULL REFERENCES device,
  metric    text NOT NULL,
  -- 'unknown': stored under its own name; 'unsupported-type': neither number, truth nor state, so not stored
  problem   text NOT NULL CHECK (problem IN ('unknown', 'unsupported-type')),
  -- as the device gave it; empty when it gave none
  unit      text NOT NULL,
  first_at  timestamptz NOT NULL,
  PRIMARY KEY (device_id, metric)
);
