-- Capacity nobody used is not cost that no driver could place: it has an origin of its own.
CREATE OR REPLACE VIEW cost_line AS
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
SELECT kept.origin, NULL, r.period, NULL, a.pool, a.element, a.currency, kept.amount_minor,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM allocation_run r JOIN allocation_result a ON a.run_id = r.id
CROSS JOIN LATERAL (VALUES ('unallocated', a.unallocated_minor), ('unused', a.unused_minor)) AS kept (origin, amount_minor)
WHERE r.superseded_at IS NULL AND kept.amount_minor <> 0;
