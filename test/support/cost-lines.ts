// What pivots are held against, in SQL: direct facts, allocated lines, and shared cost that no run has seen yet. Together they are
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
  SELECT 'unallocated', period, pool, element, coalesce(shared.amount, 0) - coalesce(seen.amount, 0), ${NO_DIMENSIONS}
  FROM (SELECT period, pool, element, amount_minor AS amount FROM pool_total
        WHERE period BETWEEN $1 AND $2 AND currency = $3) shared
  FULL JOIN (SELECT r.period, a.pool, a.element, a.own_minor AS amount
             FROM allocation_result a JOIN allocation_run r ON r.id = a.run_id
             WHERE r.superseded_at IS NULL AND r.period BETWEEN $1 AND $2 AND a.currency = $3) seen
    USING (period, pool, element)
  WHERE coalesce(shared.amount, 0) <> coalesce(seen.amount, 0)
) line`;
