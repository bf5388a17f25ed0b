-- What the plots of a model are drawn from: of its training (devices its trees had not seen), and of its newest evaluation.
CREATE TABLE model_plots (
  model_id integer NOT NULL REFERENCES model,
  origin text NOT NULL CHECK (origin IN ('training', 'evaluation')),
  at timestamptz NOT NULL,
  plots jsonb NOT NULL,
  PRIMARY KEY (model_id, origin)
);

-- Inputs are watched beside the scores from here on, each figure with its limit.
UPDATE model_drift SET figures = figures || '{"inputs": [], "inputRows": 0, "scorePsiLimit": 0.25, "coverageLimit": 0.65}';
