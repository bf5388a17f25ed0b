-- The allocation engine: receivers once, amounts of a pool as one row of arrays, the inputs of every run beside it, flows between
-- pools, cycle versions that a second person puts in force, and totals that follow the facts.

-- Who carries shared cost, with the dimensions it had; other dimensions make another receiver.
CREATE FUNCTION receiver_key(VARIADIC parts text[]) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT md5(array_to_string(parts, E'\x1f', E'\x01'))::uuid $$;
CREATE TABLE cost_receiver (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key uuid NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('work-order', 'device', 'contract')),
  code text NOT NULL, -- number of the job, code of the device or contract
  product_line text, product text, device text, component text, customer text, customer_group text,
  contract text, contract_type text, service_type text, maintenance_kind text, region text, station text, engineer text,
  work_order_id bigint
);
CREATE TRIGGER cost_receiver_append_only BEFORE UPDATE OR DELETE ON cost_receiver FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE allocation_cycle
  ADD COLUMN effective_to char(7) CHECK (effective_to >= effective_from), -- its last month; NULL = until the next version
  ADD COLUMN close_first text[] NOT NULL DEFAULT '{}', -- step-down: these pools first, in this order
  ADD COLUMN author text NOT NULL DEFAULT 'system',
  ADD COLUMN created_at timestamptz NOT NULL DEFAULT clock_timestamp();
CREATE TRIGGER allocation_cycle_append_only BEFORE UPDATE OR DELETE ON allocation_cycle FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A version is a draft until it is here.
CREATE TABLE allocation_activation (
  cycle text NOT NULL, cycle_version integer NOT NULL,
  actor text NOT NULL, at timestamptz NOT NULL, note text,
  PRIMARY KEY (cycle, cycle_version),
  FOREIGN KEY (cycle, cycle_version) REFERENCES allocation_cycle (code, version)
);
INSERT INTO allocation_activation (cycle, cycle_version, actor, at)
SELECT code, version, 'system', clock_timestamp() FROM allocation_cycle;
CREATE FUNCTION refuse_own_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM allocation_cycle WHERE code = NEW.cycle AND version = NEW.cycle_version AND author = NEW.actor) THEN
    RAISE EXCEPTION 'cycle % version %: its author cannot put it in force, a second person must', NEW.cycle, NEW.cycle_version
      USING ERRCODE = '23514', CONSTRAINT = 'allocation_activation_second_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER allocation_activation_second_person BEFORE INSERT ON allocation_activation
  FOR EACH ROW EXECUTE FUNCTION refuse_own_cycle();
CREATE TRIGGER allocation_activation_append_only BEFORE UPDATE OR DELETE ON allocation_activation
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE allocation_run
  ADD COLUMN superseded_at timestamptz, -- NULL = the run in force of its period
  ADD COLUMN loops jsonb NOT NULL DEFAULT '[]'; -- pools that serve only each other: their cost stayed unallocated
DROP INDEX allocation_run_one;
CREATE UNIQUE INDEX allocation_run_in_force ON allocation_run (period) WHERE superseded_at IS NULL;

-- own + received = sent + placed + unallocated + unused, where placed is the sum of `amounts_minor`.
CREATE TABLE allocation_result (
  run_id bigint NOT NULL REFERENCES allocation_run ON DELETE CASCADE,
  pool text NOT NULL REFERENCES cost_pool,
  element text NOT NULL, currency char(3) NOT NULL,
  own_minor bigint NOT NULL, received_minor bigint NOT NULL, sent_minor bigint NOT NULL,
  placed_minor bigint NOT NULL, unallocated_minor bigint NOT NULL, unused_minor bigint NOT NULL,
  receiver_ids integer[] NOT NULL, amounts_minor bigint[] NOT NULL,
  hash bytea NOT NULL, -- of all of the above: a run that is repeated must give the same
  PRIMARY KEY (run_id, pool, element, currency),
  CHECK (own_minor + received_minor = sent_minor + placed_minor + unallocated_minor + unused_minor),
  CHECK (cardinality(receiver_ids) = cardinality(amounts_minor))
);
-- Arrays of amounts hardly shrink, and are written again with every fact.
ALTER TABLE allocation_result ALTER COLUMN receiver_ids SET STORAGE EXTERNAL, ALTER COLUMN amounts_minor SET STORAGE EXTERNAL;
CREATE TABLE allocation_flow (
  run_id bigint NOT NULL REFERENCES allocation_run ON DELETE CASCADE,
  from_pool text NOT NULL REFERENCES cost_pool, to_pool text NOT NULL REFERENCES cost_pool,
  element text NOT NULL, currency char(3) NOT NULL,
  amount_minor bigint NOT NULL,
  PRIMARY KEY (run_id, from_pool, to_pool, element, currency)
);
-- What moved each driver, as the run saw it; drivers that are the same in every currency have the empty one.
CREATE TABLE allocation_input (
  run_id bigint NOT NULL REFERENCES allocation_run ON DELETE CASCADE,
  driver text NOT NULL, currency text NOT NULL,
  receiver_ids integer[] NOT NULL, quantities_milli bigint[] NOT NULL,
  unknown_devices text[] NOT NULL DEFAULT '{}', -- in service, and told nothing of this driver
  read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run_id, driver, currency),
  CHECK (cardinality(receiver_ids) = cardinality(quantities_milli))
);
ALTER TABLE allocation_input ALTER COLUMN receiver_ids SET STORAGE EXTERNAL, ALTER COLUMN quantities_milli SET STORAGE EXTERNAL;

-- Lines as they were become receivers and arrays.
INSERT INTO cost_receiver (key, kind, code, product_line, product, device, component, customer, customer_group, contract,
  contract_type, service_type, maintenance_kind, region, station, engineer, work_order_id)
SELECT DISTINCT receiver_key(split_part(receiver, ':', 1), split_part(receiver, ':', 2), product_line, product, device, component,
    customer, customer_group, contract, contract_type, service_type, maintenance_kind, region, station, engineer),
  split_part(receiver, ':', 1), split_part(receiver, ':', 2), product_line, product, device, component, customer, customer_group,
  contract, contract_type, service_type, maintenance_kind, region, station, engineer, work_order_id
FROM allocation_line WHERE receiver <> 'unallocated';
CREATE TEMPORARY TABLE old_line ON COMMIT DROP AS
SELECT l.run_id, l.pool, l.element, l.currency, l.driver, l.driver_quantity_milli, l.amount_minor, r.id AS receiver_id
FROM allocation_line l LEFT JOIN cost_receiver r ON l.receiver <> 'unallocated' AND r.key =
  receiver_key(split_part(receiver, ':', 1), split_part(receiver, ':', 2), l.product_line, l.product, l.device, l.component,
    l.customer, l.customer_group, l.contract, l.contract_type, l.service_type, l.maintenance_kind, l.region, l.station, l.engineer);
INSERT INTO allocation_result (run_id, pool, element, currency, own_minor, received_minor, sent_minor, placed_minor,
  unallocated_minor, unused_minor, receiver_ids, amounts_minor, hash)
SELECT run_id, pool, element, currency, sum(amount_minor), 0, 0,
  coalesce(sum(amount_minor) FILTER (WHERE receiver_id IS NOT NULL), 0),
  coalesce(sum(amount_minor) FILTER (WHERE receiver_id IS NULL), 0), 0,
  coalesce(array_agg(receiver_id ORDER BY receiver_id) FILTER (WHERE receiver_id IS NOT NULL), '{}'),
  coalesce(array_agg(amount_minor ORDER BY receiver_id) FILTER (WHERE receiver_id IS NOT NULL), '{}'), ''
FROM old_line GROUP BY run_id, pool, element, currency;
INSERT INTO allocation_input (run_id, driver, currency, receiver_ids, quantities_milli)
SELECT run_id, driver, currency, array_agg(receiver_id ORDER BY receiver_id), array_agg(driver_quantity_milli ORDER BY receiver_id)
FROM (SELECT DISTINCT run_id, driver, CASE driver WHEN 'parts-value' THEN currency ELSE '' END AS currency, receiver_id,
             driver_quantity_milli
      FROM old_line WHERE receiver_id IS NOT NULL) moved
GROUP BY run_id, driver, currency;

DROP VIEW cost_line;
DROP TABLE allocation_line;
-- One shape for every pivot: direct facts beside what runs in force placed (pool facts themselves are replaced by it).
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
CROSS JOIN LATERAL unnest(a.receiver_ids, a.amounts_minor) AS placed (receiver_id, amount_minor)
JOIN cost_receiver c ON c.id = placed.receiver_id
WHERE r.superseded_at IS NULL AND placed.amount_minor <> 0
UNION ALL
SELECT 'unallocated', NULL, r.period, NULL, a.pool, a.element, a.currency, a.unallocated_minor + a.unused_minor,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM allocation_run r JOIN allocation_result a ON a.run_id = r.id
WHERE r.superseded_at IS NULL AND a.unallocated_minor + a.unused_minor <> 0;

-- What stands in each pool, in the transaction of the fact; and the jobs whose facts moved since the last run, for its period.
CREATE TABLE pool_total (
  period char(7) NOT NULL REFERENCES period, pool text NOT NULL REFERENCES cost_pool,
  element text NOT NULL, currency char(3) NOT NULL,
  amount_minor bigint NOT NULL,
  PRIMARY KEY (period, pool, element, currency)
) WITH (fillfactor = 50);
INSERT INTO pool_total (period, pool, element, currency, amount_minor)
SELECT period, pool, element, currency, sum(amount_minor) FROM cost_fact WHERE pool IS NOT NULL GROUP BY 1, 2, 3, 4;
CREATE TABLE job_moved (period char(7) NOT NULL, work_order_id bigint NOT NULL);
CREATE INDEX job_moved_period ON job_moved (period);
CREATE FUNCTION follow_cost_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- In order of the key, so that two postings never wait for each other.
  INSERT INTO pool_total AS t (period, pool, element, currency, amount_minor)
  SELECT period, pool, element, currency, sum(amount_minor) FROM fresh
  WHERE pool IS NOT NULL GROUP BY period, pool, element, currency ORDER BY period, pool, element, currency
  ON CONFLICT (period, pool, element, currency) DO UPDATE SET amount_minor = t.amount_minor + excluded.amount_minor;
  INSERT INTO job_moved (period, work_order_id)
  SELECT DISTINCT period, work_order_id FROM fresh WHERE pool IS NULL AND work_order_id IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER cost_fact_totals AFTER INSERT ON cost_fact REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION follow_cost_facts();
