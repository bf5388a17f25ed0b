-- What the detectors said of a device on a day (UTC) that is over by what it measured: models of failure learn from it. Unknown is null.
CREATE TABLE detector_day (
  device_id integer NOT NULL REFERENCES device,
  day date NOT NULL,
  closed_at timestamptz NOT NULL, -- measured then, and so the end of the day; before it nobody knew it
  channel real CHECK (channel BETWEEN 0 AND 1), -- highest score of a gauge by its own past
  gauges smallint CHECK (gauges >= 0), -- unusual at some time of the day
  drift real CHECK (drift >= 0), -- farthest from normal, 1 = at the limit
  joint real CHECK (joint >= 0), -- bits of the gauges taken together
  PRIMARY KEY (device_id, day)
);
CREATE INDEX detector_day_day ON detector_day (day);
