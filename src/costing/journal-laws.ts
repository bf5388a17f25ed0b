// The laws of the journal: each answers with its first break as a text, reading only.

const BALANCED = `
  SELECT 'journal ' || journal_id || ': ' || sum(amount_minor) || ' ' || currency || ' left over' AS detail
  FROM journal_entry GROUP BY journal_id, currency HAVING sum(amount_minor) <> 0 ORDER BY journal_id LIMIT 1`;

const COMPLETE = `
  SELECT 'journal ' || j.id || ': ' || coalesce(e.n, 0) || ' entries, the last has line ' || coalesce(e.last, 0) AS detail
  FROM journal j LEFT JOIN (SELECT journal_id, count(*) AS n, max(line) AS last FROM journal_entry GROUP BY 1) e ON e.journal_id = j.id
  WHERE e.n IS NULL OR e.n <> e.last ORDER BY j.id LIMIT 1`;

/** Amount, currency, pool, element and month of every fact, on both sides. */
const FACTS = `
  SELECT 'fact ' || coalesce(f.id, e.fact_id) || ': ' || coalesce(f.amount_minor || ' ' || f.currency, 'not there') || ', entered '
         || coalesce(e.debited || ' ' || e.currency, 'nothing') AS detail
  FROM (SELECT * FROM cost_fact WHERE amount_minor <> 0) f FULL JOIN (
    SELECT e.fact_id, e.currency, e.element, e.pool, j.period, sum(e.amount_minor) FILTER (WHERE e.role IN ('direct', 'pool')) AS debited,
           sum(e.amount_minor) FILTER (WHERE e.role = 'clearing') AS credited
    FROM journal_entry e JOIN journal j ON j.id = e.journal_id WHERE e.fact_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5) e ON e.fact_id = f.id
  WHERE (f.amount_minor, -f.amount_minor, f.currency, f.element, f.pool, f.period)
    IS DISTINCT FROM (e.debited, e.credited, e.currency, e.element, e.pool, e.period)
  ORDER BY coalesce(f.id, e.fact_id) LIMIT 1`;

/** A final run in force moved what it placed and nobody used; one that was taken back moved nothing. */
const RUNS = `
  SELECT 'run ' || r.id || ' pool ' || pool || ' ' || element || ' ' || currency || ': placed and unused ' || coalesce(a.amount, 0)
         || ', entered ' || coalesce(e.amount, 0) AS detail
  FROM (SELECT a.run_id, pool, element, currency,
               CASE WHEN r.superseded_at IS NULL THEN placed_minor + unused_minor ELSE 0 END AS amount
        FROM allocation_result a JOIN allocation_run r ON r.id = a.run_id WHERE r.status = 'final') a
  FULL JOIN (SELECT coalesce(j.run_id, o.run_id) AS run_id, e.pool, e.element, e.currency,
                    sum(e.amount_minor) FILTER (WHERE e.role IN ('allocated', 'unused')) AS amount
             FROM journal j JOIN journal_entry e ON e.journal_id = j.id LEFT JOIN journal o ON o.id = j.reverses
             WHERE j.kind <> 'facts' GROUP BY 1, 2, 3, 4) e USING (run_id, pool, element, currency)
  LEFT JOIN allocation_run r ON r.id = run_id
  WHERE coalesce(a.amount, 0) <> coalesce(e.amount, 0) ORDER BY 1 LIMIT 1`;

/** What is left on a pool's accounts of a closed month is what its run could not place. */
const POOLS = `
  SELECT period || ' pool ' || pool || ' ' || element || ' ' || currency || ': accounts hold ' || coalesce(e.amount, 0)
         || ', unallocated ' || coalesce(a.amount, 0) AS detail
  FROM (SELECT r.period, a.pool, a.element, a.currency, a.unallocated_minor AS amount
        FROM allocation_result a JOIN allocation_run r ON r.id = a.run_id WHERE r.status = 'final' AND r.superseded_at IS NULL) a
  FULL JOIN (SELECT j.period, e.pool, e.element, e.currency, sum(e.amount_minor) AS amount
             FROM journal j JOIN journal_entry e ON e.journal_id = j.id
             WHERE e.role = 'pool' AND j.period IN (SELECT period FROM allocation_run WHERE status = 'final' AND superseded_at IS NULL)
             GROUP BY 1, 2, 3, 4) e USING (period, pool, element, currency)
  WHERE coalesce(a.amount, 0) <> coalesce(e.amount, 0) ORDER BY 1 LIMIT 1`;

const EXPORTS = `
  SELECT 'batch ' || x.id || ': took ' || x.journals || ' journals, ' || x.entries || ' entries; has ' || count(DISTINCT i.journal_id)
         || ' and ' || count(e.line) AS detail
  FROM journal_export x LEFT JOIN journal_export_item i ON i.export_id = x.id LEFT JOIN journal_entry e ON e.journal_id = i.journal_id
  GROUP BY x.id HAVING count(DISTINCT i.journal_id) <> x.journals OR count(e.line) <> x.entries ORDER BY x.id LIMIT 1`;

export const JOURNAL_LAWS: readonly (readonly [law: string, query: string])[] = [
  ['every journal balances in each currency', BALANCED],
  ['no entry of a journal is missing', COMPLETE],
  ['every cost fact is in the journal as it is', FACTS],
  ['final runs are in the journal, and those taken back are taken back there', RUNS],
  ['accounts of pools hold what final runs could not place', POOLS],
  ['batches hold the entries they took', EXPORTS],
];
