-- What is normal for a metric in an operating mode among the devices of one product and firmware; learned anew every night.
CREATE TABLE peer_normal (
  product_code text NOT NULL REFERENCES product,
  firmware text NOT NULL, -- '' = not known
  mode text NOT NULL,
  metric text NOT NULL,
  devices integer NOT NULL CHECK (devices > 0),
  median double precision NOT NULL,
  mad double precision NOT NULL CHECK (mad >= 0), -- median distance of the devices' normals from their median
  spread double precision NOT NULL CHECK (spread >= 0), -- median of how widely a single device's values lie about its normal
  learned_at timestamptz NOT NULL,
  PRIMARY KEY (product_code, firmware, mode, metric)
);
