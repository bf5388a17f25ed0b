-- Cost facts, shared pools and their allocation. Integer minor units throughout.
CREATE TABLE rate (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('labour-hour', 'travel-hour', 'travel-km')),
  engineer_code text REFERENCES engineer, -- NULL: for everyone
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0), currency char(3) NOT NULL,
  effective_from timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (kind, engineer_code, effective_from)
);
CREATE TABLE period (
  code char(7) PRIMARY KEY CHECK (code ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed'))
);
CREATE TABLE cost_pool (
  code text PRIMARY KEY, name_en text NOT NULL, name_zh text NOT NULL
);
CREATE TABLE cost_fact (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  amount_minor bigint NOT NULL, currency char(3) NOT NULL,
  element text NOT NULL CHECK (element IN ('labour', 'parts', 'travel', 'freight', 'subcontract', 'remote', 'downtime-penalty', 'overhead')),
  quantity_milli bigint NOT NULL, unit text NOT NULL,
  occurred_on date NOT NULL, period char(7) NOT NULL REFERENCES period,
  source_type text NOT NULL, source_id text NOT NULL,
  idempotency_key text NOT NULL UNIQUE,
  reversal_of bigint UNIQUE REFERENCES cost_fact,
  pool text REFERENCES cost_pool, -- set: shared cost, allocated by a cycle; NULL: direct
  product_line text, product text, device text, component text, customer text, customer_group text,
  contract text, contract_type text, service_type text, maintenance_kind text, region text, station text, engineer text,
  work_order_id bigint,
  actor text NOT NULL DEFAULT 'system', note text,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX cost_fact_period ON cost_fact (period);
CREATE INDEX cost_fact_job ON cost_fact (work_order_id);
CREATE INDEX cost_fact_pool ON cost_fact (pool, period) WHERE pool IS NOT NULL;
CREATE TRIGGER cost_fact_append_only BEFORE UPDATE OR DELETE ON cost_fact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A cycle version says which pools go to which receivers by which driver; segments are contracts' AllocationSegment[].
CREATE TABLE allocation_cycle (
  code text NOT NULL, version integer NOT NULL,
  effective_from char(7) NOT NULL,
  method text NOT NULL CHECK (method IN ('direct', 'step-down', 'reciprocal', 'activity-based')),
  segments jsonb NOT NULL,
  PRIMARY KEY (code, version)
);
CREATE TABLE allocation_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cycle text NOT NULL, cycle_version integer NOT NULL,
  period char(7) NOT NULL REFERENCES period,
  status text NOT NULL CHECK (status IN ('provisional', 'final')),
  computed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (cycle, cycle_version) REFERENCES allocation_cycle (code, version)
);
CREATE UNIQUE INDEX allocation_run_one ON allocation_run (period);
-- receiver NULL dimensions = unallocated (its driver totals zero), visible and never dropped.
CREATE TABLE allocation_line (
  run_id bigint NOT NULL REFERENCES allocation_run ON DELETE CASCADE,
  pool text NOT NULL REFERENCES cost_pool,
  receiver text NOT NULL, -- `work-order:{id}`, `device:{code}` or `unallocated`
  element text NOT NULL, currency char(3) NOT NULL,
  driver text NOT NULL, driver_quantity_milli bigint NOT NULL,
  amount_minor bigint NOT NULL,
  product_line text, product text, device text, component text, customer text, customer_group text,
  contract text, contract_type text, service_type text, maintenance_kind text, region text, station text, engineer text,
  work_order_id bigint,
  PRIMARY KEY (run_id, pool, receiver, element, currency)
);
-- One shape for every pivot: direct facts beside allocated lines (pool facts themselves are replaced by their lines).
CREATE VIEW cost_line AS
SELECT 'direct' AS origin, f.id AS fact_id, f.period, f.occurred_on, NULL::text AS pool, f.element, f.currency, f.amount_minor,
       f.product_line, f.product, f.device, f.component, f.customer, f.customer_group, f.contract, f.contract_type, f.service_type,
       f.maintenance_kind, f.region, f.station, f.engineer, f.work_order_id
FROM cost_fact f WHERE f.pool IS NULL
UNION ALL
SELECT CASE WHEN l.receiver = 'unallocated' THEN 'unallocated' ELSE 'allocated' END, NULL, r.period, NULL, l.pool, l.element, l.currency,
       l.amount_minor, l.product_line, l.product, l.device, l.component, l.customer, l.customer_group, l.contract, l.contract_type,
       l.service_type, l.maintenance_kind, l.region, l.station, l.engineer, l.work_order_id
FROM allocation_line l JOIN allocation_run r ON r.id = l.run_id;
