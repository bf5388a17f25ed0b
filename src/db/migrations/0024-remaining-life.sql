-- Where a model of remaining life says "more than so many hours" and no more; its P10 to P90 are what it can tell up to there.
ALTER TABLE prognosis ADD COLUMN rul_more_than_hours double precision;
-- The newest prognosis of a component by one model, and the one that stood before a failure.
CREATE INDEX prognosis_component ON prognosis (device_id, component, made_at DESC) WHERE rul_hours_p50 IS NOT NULL;
