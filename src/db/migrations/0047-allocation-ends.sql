-- What each receiver carries of a pool is no longer written down: who they are and by what weights they share stands once for all
-- pools that are shared out alike, and the amounts follow from it and from what the pool placed, exactly and always the same.

CREATE TABLE allocation_ends (
  run_id bigint NOT NULL REFERENCES allocation_run ON DELETE CASCADE,
  hash bytea NOT NULL, -- of all of the below
  receiver_ids integer[] NOT NULL, -- in order of their keys, which breaks ties
  weights bigint[] NOT NULL,
  unused_weight bigint NOT NULL, -- capacity that was paid for and not used: it stands behind all receivers
  PRIMARY KEY (run_id, hash),
  CHECK (cardinality(receiver_ids) = cardinality(weights))
);
-- Arrays of weights hardly shrink, and are written again when a driver moves.
ALTER TABLE allocation_ends ALTER COLUMN receiver_ids SET STORAGE EXTERNAL, ALTER COLUMN weights SET STORAGE EXTERNAL;
CREATE FUNCTION ends_hash(receiver_ids integer[], weights bigint[], unused_weight bigint) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT sha256(sha256(array_send(receiver_ids)) || sha256(array_send(weights)) || int8send(unused_weight)) $$;

ALTER TABLE allocation_result ADD COLUMN ends bytea; -- NULL: nobody was there to carry anything
-- Amounts as they were are weights of which they are the shares.
CREATE TEMPORARY TABLE old_ends ON COMMIT DROP AS
SELECT run_id, pool, element, currency, receiver_ids, abs(unused_minor) AS unused_weight,
  ARRAY(SELECT abs(amount) FROM unnest(amounts_minor) WITH ORDINALITY AS a (amount, place) ORDER BY place) AS weights
FROM allocation_result WHERE placed_minor <> 0 OR unused_minor <> 0;
INSERT INTO allocation_ends (run_id, hash, receiver_ids, weights, unused_weight)
SELECT DISTINCT ON (run_id, hash) run_id, ends_hash(receiver_ids, weights, unused_weight) AS hash, receiver_ids, weights, unused_weight
FROM old_ends;
UPDATE allocation_result a SET ends = ends_hash(o.receiver_ids, o.weights, o.unused_weight) FROM old_ends o
WHERE (a.run_id, a.pool, a.element, a.currency) = (o.run_id, o.pool, o.element, o.currency);
ALTER TABLE allocation_result ADD FOREIGN KEY (run_id, ends) REFERENCES allocation_ends;

DROP VIEW cost_line;
DROP FUNCTION allocation_result_hash(allocation_result);
DROP FUNCTION with_amounts(bigint[], integer[], bigint[], integer, integer);
ALTER TABLE allocation_result DROP COLUMN receiver_ids, DROP COLUMN amounts_minor, DROP COLUMN hash;

-- A total in proportion to weights by the method of largest remainders; of equal remainders the first in order. Unused capacity
-- takes part as the last, without a receiver. The same as the service works it out, for whoever reads with SQL.
CREATE FUNCTION shared_out(total bigint, receiver_ids integer[], weights bigint[], unused_weight bigint)
RETURNS TABLE (receiver_id integer, amount_minor bigint) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH whole AS MATERIALIZED (SELECT coalesce(sum(weight), 0) + unused_weight AS weight FROM unnest(weights) AS weight),
  part AS MATERIALIZED (
    SELECT id, place, div(abs(total)::numeric * p.weight, whole.weight)::bigint AS share,
           mod(abs(total)::numeric * p.weight, whole.weight) AS remainder
    FROM whole, (SELECT id, weight, place FROM unnest(receiver_ids, weights) WITH ORDINALITY AS p (id, weight, place)
                 UNION ALL SELECT NULL, unused_weight, cardinality(weights) + 1 WHERE unused_weight > 0) p
    WHERE whole.weight > 0)
  SELECT id, sign(total)::bigint * (share +
    (row_number() OVER (ORDER BY remainder DESC, place) <= abs(total) - (SELECT sum(share) FROM part))::integer)
  FROM part
$$;
CREATE FUNCTION placed_by(result allocation_result) RETURNS TABLE (receiver_id integer, amount_minor bigint) LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT s.receiver_id, s.amount_minor FROM allocation_ends e
  CROSS JOIN LATERAL shared_out(result.placed_minor + result.unused_minor, e.receiver_ids, e.weights, e.unused_weight) s
  WHERE e.run_id = result.run_id AND e.hash = result.ends AND s.receiver_id IS NOT NULL
$$;

-- One shape for all cost: direct facts beside what runs in force placed (pool facts themselves are replaced by it).
CREATE VIEW cost_line AS
SELECT 'direct' AS origin, f.id AS fact_id, f.period, f.occurred_on, NULL::text AS pool, f.element, f.currency, f.amount_minor,
       f.product_line, f.product, f.device, f.component, f.customer, f.customer_group, f.contract, f.contract_type, f.service_type,
       f.maintenance_kind, f.region, f.station, f.engineer, f.work_order_id
FROM cost_fact f WHERE f.pool IS NULL
UNION ALL
SELECT 'allocated', NULL, r.period, NULL, a.pool, a.element, a.currency, placed.amount_minor,
       c.product_line, c.product, c.device, c.component, c.customer, c.customer_group, c.contract, c.contract_type, c.service_type,
       c.maintenance_kind, c.region, c.station, c.engineer, c.work_order_id
FROM allocation_run r JOIN allocation_result a ON a.run_id = r.id
CROSS JOIN LATERAL placed_by(a) AS placed
JOIN cost_receiver c ON c.id = placed.receiver_id
WHERE r.superseded_at IS NULL AND placed.amount_minor <> 0
UNION ALL
SELECT 'unallocated', NULL, r.period, NULL, a.pool, a.element, a.currency, a.unallocated_minor + a.unused_minor,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM allocation_run r JOIN allocation_result a ON a.run_id = r.id
WHERE r.superseded_at IS NULL AND a.unallocated_minor + a.unused_minor <> 0;

-- Results that do not hold, with the reason: empty, always.
CREATE VIEW allocation_break AS
SELECT a.run_id, a.pool, a.element, a.currency,
  CASE
    WHEN e.is_same = false THEN 'receivers or weights are not those it was placed by'
    WHEN e.is_carried IS NOT TRUE THEN concat_ws(' ', 'says it placed', a.placed_minor, 'and nobody carries it')
    ELSE concat_ws(' ', 'says it kept', a.unused_minor, 'for capacity nobody used and weights say', a.unused_minor + e.off)
  END AS reason
FROM allocation_result a
LEFT JOIN LATERAL (
  SELECT hash, hash = ends_hash(receiver_ids, weights, unused_weight) AS is_same, whole > 0 AS is_carried,
    coalesce(trunc((a.placed_minor + a.unused_minor)::numeric * unused_weight / nullif(whole, 0) - a.unused_minor), 0) AS off
  FROM (SELECT *, (SELECT coalesce(sum(weight), 0) FROM unnest(weights) AS weight) + unused_weight AS whole
        FROM allocation_ends WHERE run_id = a.run_id AND hash = a.ends) e
) e ON true
WHERE (a.placed_minor <> 0 OR a.unused_minor <> 0) AND e.is_carried IS NOT TRUE OR e.is_same = false OR e.off <> 0;

CREATE OR REPLACE FUNCTION refuse_losing_close() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE run allocation_run; wrong text;
BEGIN
  SELECT * INTO run FROM allocation_run r WHERE r.period = NEW.code AND r.superseded_at IS NULL;
  IF run.id IS NULL THEN RETURN NEW; END IF; -- without rules all of it stays in the pools
  IF run.status <> 'final' THEN
    wrong := 'its allocation is not final';
  ELSE
    SELECT concat_ws(' ', 'pool', pool, element, currency, 'holds', coalesce(t.amount_minor, 0), 'and its run has', coalesce(a.own_minor, 0))
    INTO wrong
    FROM (SELECT * FROM pool_total WHERE period = NEW.code) t
    FULL JOIN (SELECT * FROM allocation_result WHERE run_id = run.id) a USING (pool, element, currency)
    WHERE coalesce(t.amount_minor, 0) <> coalesce(a.own_minor, 0) ORDER BY pool, element, currency LIMIT 1;
    wrong := coalesce(wrong, (
      SELECT concat_ws(' ', 'pool', pool, element, currency, reason)
      FROM allocation_break WHERE run_id = run.id ORDER BY pool, element, currency LIMIT 1));
    wrong := coalesce(wrong, (
      SELECT concat_ws(' ', 'pools passed on', sum(sent_minor), 'and received', sum(received_minor), element, currency)
      FROM allocation_result WHERE run_id = run.id GROUP BY element, currency
      HAVING sum(sent_minor) <> sum(received_minor) ORDER BY element, currency LIMIT 1));
  END IF;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'period % cannot be closed, its allocation does not conserve: %', NEW.code, wrong
      USING ERRCODE = '23514', CONSTRAINT = 'period_close_conserves', TABLE = 'period';
  END IF;
  RETURN NEW;
END $$;
