-- Where devices were, and what an hour costs by the master record.

-- What a device counts to now.
CREATE VIEW device_now AS
SELECT d.id AS device_id, d.code AS device, d.lifecycle, d.installed_on, p.line_code AS product_line, p.code AS product,
  c.code AS customer, c.group_code AS customer_group, k.code AS contract, k.type AS contract_type, s.region_code AS region, s.code AS station
FROM device d JOIN product p ON p.code = d.product_code JOIN customer c ON c.code = d.customer_code
JOIN station s ON s.code = d.station_code LEFT JOIN contract k ON k.code = d.contract_code;

-- What it counted to before: up to, and not on, `until_on`, since the row before it, or ever since. Values are codes as they were.
CREATE TABLE device_placement (
  device_id integer NOT NULL REFERENCES device,
  until_on date NOT NULL,
  lifecycle text NOT NULL, installed_on date,
  product_line text NOT NULL, product text NOT NULL, customer text NOT NULL, customer_group text,
  contract text, contract_type text, region text NOT NULL, station text NOT NULL,
  is_inferred boolean NOT NULL DEFAULT false, -- found out afterwards from jobs and events: part of it, or its day, may be wrong
  PRIMARY KEY (device_id, until_on)
);
CREATE TRIGGER device_placement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON device_placement
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A device from change to change: what it counted to from `from_on` up to, and not on, `to_on`.
CREATE VIEW device_stretch AS
SELECT d.code AS device, v.* FROM (
  SELECT device_id, coalesce(lag(until_on) OVER (PARTITION BY device_id ORDER BY until_on), '-infinity') AS from_on, until_on AS to_on,
    lifecycle, installed_on, product_line, product, customer, customer_group, contract, contract_type, region, station
  FROM device_placement
  UNION ALL
  SELECT n.device_id, coalesce(before.until_on, '-infinity'), 'infinity', lifecycle, installed_on, product_line, product, customer,
    customer_group, contract, contract_type, region, station
  FROM device_now n LEFT JOIN (SELECT device_id, max(until_on) AS until_on FROM device_placement GROUP BY 1) before USING (device_id)
) v JOIN device d ON d.id = v.device_id;

-- What can be known of the time before: a job froze what its device counted to on the day it was opened. Between the last job that
-- says one thing and the first that says another the device was changed: on the first day somebody edited it, if events tell of one.
WITH job AS (
  SELECT device_id, (opened_at AT TIME ZONE 'UTC')::date AS on_day, id,
    product_line, product, customer, customer_group, contract, contract_type, region, station
  FROM work_order
), told AS (
  SELECT *, 'infinity'::date AS last_day FROM job
  UNION ALL
  SELECT device_id, current_date, NULL, product_line, product, customer, customer_group, contract, contract_type, region, station, 'infinity'
  FROM device_now
), following AS (
  SELECT t.*, lead(on_day) OVER next AS next_day,
    ROW(product_line, product, customer, customer_group, contract, contract_type, region, station)::text AS said,
    lead(ROW(product_line, product, customer, customer_group, contract, contract_type, region, station)::text) OVER next AS says_next
  FROM told t WINDOW next AS (PARTITION BY device_id ORDER BY on_day, id NULLS LAST)
), moved AS (
  SELECT DISTINCT ON (f.device_id, until_on) f.*, until_on, d.installed_on, d.code
  FROM following f JOIN device d ON d.id = f.device_id
  CROSS JOIN LATERAL (SELECT coalesce(
    (SELECT min((e.at AT TIME ZONE 'UTC')::date) FROM event e WHERE e.type IN ('device.changed', 'registry.changed')
       AND (e.type = 'registry.changed' OR e.payload->>'device' = d.code)
       AND (e.at AT TIME ZONE 'UTC')::date > f.on_day AND (e.at AT TIME ZONE 'UTC')::date <= f.next_day), f.next_day) AS until_on) u
  WHERE f.says_next IS DISTINCT FROM f.said AND f.next_day > f.on_day
  ORDER BY f.device_id, until_on, f.on_day DESC
)
INSERT INTO device_placement (device_id, until_on, lifecycle, installed_on, product_line, product, customer, customer_group, contract,
  contract_type, region, station, is_inferred)
SELECT device_id, until_on, 'in-service', CASE WHEN installed_on < until_on THEN installed_on END, product_line, product, customer,
  customer_group, contract, contract_type, region, station, true
FROM moved;
-- Who was decommissioned was in service until then: the day its credentials were revoked by that.
INSERT INTO device_placement (device_id, until_on, lifecycle, installed_on, product_line, product, customer, customer_group, contract,
  contract_type, region, station, is_inferred)
SELECT n.device_id, (max(e.at) AT TIME ZONE 'UTC')::date, 'in-service', n.installed_on, n.product_line, n.product, n.customer,
  n.customer_group, n.contract, n.contract_type, n.region, n.station, true
FROM device_now n JOIN event e ON e.type = 'device.credentials-revoked' AND e.payload->>'device' = n.device AND NOT e.payload ? 'actor'
WHERE n.lifecycle = 'decommissioned'
GROUP BY n.device_id, n.installed_on, n.product_line, n.product, n.customer, n.customer_group, n.contract, n.contract_type, n.region, n.station
ON CONFLICT DO NOTHING;

-- Who worked is asked for at every span, and by the guard below.
CREATE INDEX labour_span_engineer ON labour_span (engineer_code, from_at);
CREATE INDEX travel_leg_engineer ON travel_leg (engineer_code);
-- The rate of a master record costs work where no rate was approved. Once time of the engineer was captured it stays: another rate
-- takes two people and a day from which it holds.
CREATE FUNCTION refuse_own_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM labour_span WHERE engineer_code = NEW.code) OR EXISTS (SELECT FROM travel_leg WHERE engineer_code = NEW.code) THEN
    RAISE EXCEPTION 'engineer %: time was costed by this rate, another one takes a second person', NEW.code
      USING ERRCODE = '23514', CONSTRAINT = 'engineer_rate_second_person', TABLE = 'engineer';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER engineer_rate_second_person BEFORE UPDATE OF hourly_rate_minor, currency ON engineer
  FOR EACH ROW WHEN (ROW(NEW.hourly_rate_minor, NEW.currency) IS DISTINCT FROM ROW(OLD.hourly_rate_minor, OLD.currency))
  EXECUTE FUNCTION refuse_own_rate();
