// What every pivot reads: direct facts, allocated lines, and shared cost that no run has placed yet. Together they are
// all cost there is, at any instant, also between a fact and the run that spreads it.

const NO_DIMENSIONS = `NULL::text AS product_line, NULL::text AS product, NULL::text AS device, NULL::text AS component,
  NULL::text AS customer, NULL::text AS customer_group, NULL::text AS contract, NULL::text AS contract_type,
  NULL::text AS service_type, NULL::text AS maintenance_kind, NULL::text AS region, NULL::text AS station,
  NULL::text AS engineer, NULL::bigint AS work_order_id`;

/** A subquery `line` over the periods `$1` to `$2`, both included, in currency `$3`. */
export const COST_LINES = `(
  SELECT origin, period, pool, element, amount_minor, product_line, product, device, component, customer, customer_group,
         contract, contract_type, service_type, maintenance_kind, region, station, engineer, work_order_id
  FROM cost_line WHERE period BETWEEN $1 AND $2 AND currency = $3
  UNION ALL
  SELECT 'unallocated', shared.period, shared.pool, shared.element, shared.amount - coalesce(placed.amount, 0), ${NO_DIMENSIONS}
  FROM (SELECT period, pool, element, sum(amount_minor) AS amount FROM cost_fact
        WHERE pool IS NOT NULL AND period BETWEEN $1 AND $2 AND currency = $3 GROUP BY 1, 2, 3) shared
  LEFT JOIN (SELECT r.period, l.pool, l.element, sum(l.amount_minor) AS amount
             FROM allocation_line l JOIN allocation_run r ON r.id = l.run_id
             WHERE r.period BETWEEN $1 AND $2 AND l.currency = $3 GROUP BY 1, 2, 3) placed
    USING (period, pool, element)
  WHERE shared.amount <> coalesce(placed.amount, 0)
) line`;
