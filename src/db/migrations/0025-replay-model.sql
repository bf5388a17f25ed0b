-- The time machine judges any version of a model: which one, and what may follow from its prognoses.
ALTER TABLE replay_run ADD COLUMN model_id integer REFERENCES model;
ALTER TABLE replay_run ADD COLUMN mode text CHECK (mode IN ('shadow', 'suggest', 'auto'));
UPDATE replay_run r SET model_id = (SELECT id FROM model m WHERE m.kind = r.model AND m.state = 'active' LIMIT 1) WHERE model IS NOT NULL;
ALTER TABLE replay_run ADD CHECK (model_id IS NULL OR model IS NOT NULL);
CREATE INDEX replay_run_model ON replay_run (model_id, id DESC);
