-- Contracts in full: what the price is for, what it includes, what work beyond it costs, and amendments by date.
ALTER TABLE contract
  -- the whole term, a year, a month of it, or a unit of use
  ADD COLUMN price_per text NOT NULL DEFAULT 'term' CHECK (price_per IN ('term', 'year', 'month', 'unit')),
  ADD COLUMN usage_driver text CHECK (usage_driver IN ('scan-hours', 'scan-count', 'exposures', 'treatments')),
  -- included in a contract year
  ADD COLUMN included_visits double precision CHECK (included_visits > 0),
  ADD COLUMN included_hours double precision CHECK (included_hours > 0),
  ADD COLUMN included_parts_minor bigint CHECK (included_parts_minor > 0),
  -- penalties of a contract year end here
  ADD COLUMN penalty_cap_minor bigint CHECK (penalty_cap_minor >= 0),
  -- work that is not covered: an hour of labour, a visit, and what is put on parts and bought services
  ADD COLUMN hour_price_minor bigint CHECK (hour_price_minor >= 0),
  ADD COLUMN visit_price_minor bigint CHECK (visit_price_minor >= 0),
  ADD COLUMN parts_markup_percent double precision CHECK (parts_markup_percent >= 0),
  ADD CONSTRAINT contract_usage_counted CHECK ((price_per = 'unit') = (usage_driver IS NOT NULL));

-- `terms` are the columns of `contract` as they are from that day on; `changes` is what was asked for.
CREATE TABLE contract_amendment (
  contract_code text NOT NULL REFERENCES contract,
  effective_from date NOT NULL,
  changes jsonb NOT NULL, terms jsonb NOT NULL,
  note text NOT NULL, actor text NOT NULL, recorded_at timestamptz NOT NULL,
  PRIMARY KEY (contract_code, effective_from)
);
CREATE TRIGGER contract_amendment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contract_amendment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A contract from amendment to amendment: its columns as they are from `from_on` up to, and not on, `to_on`.
CREATE VIEW contract_stretch AS
SELECT (v.k).*, v.from_on, coalesce(lead(v.from_on) OVER (PARTITION BY (v.k).code ORDER BY v.from_on), (v.k).ends_on) AS to_on
FROM (SELECT k, k.starts_on AS from_on FROM contract k
      UNION ALL
      SELECT jsonb_populate_record(k, a.terms), a.effective_from
      FROM contract_amendment a JOIN contract k ON k.code = a.contract_code) v;
