-- Direct facts of a period in columns, as pivots have them in memory, so that a start need not read millions of facts one by one.
-- All of it comes from cost_fact and may be deleted at any time.
CREATE TABLE cost_segment (
  period char(7) NOT NULL REFERENCES period,
  part integer NOT NULL CHECK (part >= 0),
  lines integer NOT NULL CHECK (lines > 0),
  last_fact_id bigint NOT NULL, -- the parts up to this one hold the direct facts up to it
  facts_until bigint NOT NULL, -- facts of the period up to it, shared ones too: one that comes into sight later makes them more
  columns bytea NOT NULL,
  PRIMARY KEY (period, part)
);
-- They are deflated already.
ALTER TABLE cost_segment ALTER COLUMN columns SET STORAGE EXTERNAL;

-- Counts the facts of a period up to one without reading them.
CREATE INDEX cost_fact_period_id ON cost_fact (period, id);
DROP INDEX cost_fact_period;
