-- Time that was captured is known to the millisecond: a fact keeps it beside its hours, which are shown in thousandths, and drivers
-- of hours and minutes are counted by it.
ALTER TABLE cost_fact ADD COLUMN duration_ms bigint; -- NULL: not captured, its hours are all that is known; below zero on a reversal
-- What was captured before gets what stands in its span. Nothing that was recorded changes, so the append-only table is filled here,
-- and here alone; spans whose hours are not those of the fact are left out.
ALTER TABLE cost_fact DISABLE TRIGGER cost_fact_append_only;
UPDATE cost_fact f SET duration_ms = CASE WHEN f.reversal_of IS NULL THEN 1 ELSE -1 END * span.ms
FROM (SELECT id::text AS source_id, round(extract(epoch FROM to_at - from_at) * 1000)::bigint AS ms FROM labour_span) span
WHERE f.source_type = 'labour' AND f.source_id = span.source_id AND abs(f.quantity_milli) = round(span.ms / 3600.0);
ALTER TABLE cost_fact ENABLE TRIGGER cost_fact_append_only;

-- How many of what a driver is counted in make its unit: 3600 of an hour. Runs as they were stay as they are; those that still
-- follow their drivers are counted anew.
ALTER TABLE allocation_input ADD COLUMN per_unit integer NOT NULL DEFAULT 1 CHECK (per_unit IN (1, 60, 3600));
CREATE TEMPORARY TABLE counted_in ON COMMIT DROP AS
SELECT i.run_id, i.driver, i.currency, CASE i.driver WHEN 'remote-minutes' THEN 60 ELSE 3600 END AS per_unit
FROM allocation_input i JOIN allocation_run r ON r.id = i.run_id
WHERE r.superseded_at IS NULL AND r.status = 'provisional' AND i.driver IN ('work-order-hours', 'remote-minutes');
UPDATE allocation_input i SET per_unit = c.per_unit,
  quantities_milli = ARRAY(SELECT q * c.per_unit FROM unnest(i.quantities_milli) WITH ORDINALITY AS u (q, place) ORDER BY place)
FROM counted_in c WHERE (i.run_id, i.driver, i.currency) = (c.run_id, c.driver, c.currency);
UPDATE allocation_input_change i SET quantity_milli = i.quantity_milli * c.per_unit
FROM counted_in c WHERE (i.run_id, i.driver, i.currency) = (c.run_id, c.driver, c.currency);
