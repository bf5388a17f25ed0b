-- A contract runs from its first day to its last, both of them in it; and the downtime of failures under contracts is kept, for what a
-- failure owes depends on the ones before it in the contract year.
ALTER TABLE contract DROP CONSTRAINT contract_check;
ALTER TABLE contract ADD CONSTRAINT contract_days CHECK (ends_on >= starts_on);

-- `ends_on` is the last day; `to_on` stays the first day the terms no longer hold.
CREATE OR REPLACE VIEW contract_stretch AS
SELECT (v.k).*, v.from_on,
  least(lead(v.from_on) OVER (PARTITION BY (v.k).code ORDER BY v.from_on), (v.k).ends_on + 1) AS to_on
FROM (SELECT k, k.starts_on AS from_on FROM contract k
      UNION ALL
      SELECT jsonb_populate_record(k, a.terms), a.effective_from
      FROM contract_amendment a JOIN contract k ON k.code = a.contract_code) v;

-- One row a failure whose penalty was worked out, also when it owed none.
CREATE TABLE contract_downtime (
  work_order_id bigint PRIMARY KEY,
  contract_code text NOT NULL, failed_on date NOT NULL,
  downtime_minutes integer NOT NULL CHECK (downtime_minutes >= 0)
);
CREATE INDEX contract_downtime_day ON contract_downtime (contract_code, failed_on);
CREATE TRIGGER contract_downtime_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON contract_downtime
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What was completed before this was kept; jobs whose completion is still to be costed come by themselves.
INSERT INTO contract_downtime
SELECT w.id, w.contract, coalesce(w.failed_at, w.completed_at - make_interval(mins => w.downtime_minutes))::date, w.downtime_minutes
FROM work_order w WHERE w.kind = 'corrective' AND w.contract IS NOT NULL AND w.completed_at IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM event e WHERE e.type = 'work-order.completed' AND (e.payload->'job'->>'workOrderId')::bigint = w.id
      AND e.position > coalesce((SELECT c.position FROM consumer c WHERE c.name = 'costing'), 0));
