-- Cost facts: not even emptied at once; currency rates by date; values of dimensions that were merged.
CREATE TRIGGER cost_fact_no_truncate BEFORE TRUNCATE ON cost_fact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One unit of `currency` is worth `rate` units of `against`, from a day on.
CREATE TABLE exchange_rate (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  currency char(3) NOT NULL, against char(3) NOT NULL CHECK (against <> currency),
  rate numeric(24, 12) NOT NULL CHECK (rate > 0),
  effective_from date NOT NULL,
  added_by text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (currency, against, effective_from)
);
CREATE TRIGGER exchange_rate_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_rate
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The newest entry of a value is in force: `to_code` stands for it in every pivot, NULL lets it stand for itself again.
CREATE TABLE dimension_mapping (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dimension text NOT NULL, from_code text NOT NULL, to_code text CHECK (to_code <> from_code),
  reason text NOT NULL, mapped_by text NOT NULL, mapped_at timestamptz NOT NULL
);
CREATE INDEX dimension_mapping_value ON dimension_mapping (dimension, from_code, id);
CREATE TRIGGER dimension_mapping_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dimension_mapping
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
