-- Bringing a run up to date begins with one question: the locks first, then everything that may have moved since.

-- The version in force: of those a second person activated the latest that is effective by then, unless it ended.
CREATE FUNCTION cycle_in_force(month text) RETURNS TABLE (code text, version integer) LANGUAGE sql STABLE AS $$
  SELECT latest.code, latest.version FROM (
    SELECT c.code, c.version, c.effective_to FROM allocation_cycle c
    JOIN allocation_activation a ON a.cycle = c.code AND a.cycle_version = c.version
    WHERE c.effective_from <= month ORDER BY c.effective_from DESC, c.version DESC, c.code LIMIT 1) latest
  WHERE latest.effective_to IS NULL OR latest.effective_to >= month
$$;

-- Every statement of it sees what was committed before that statement began, so what is read after the lock is what the run
-- before left. Jobs that moved are taken: they are back when the transaction is rolled back.
CREATE FUNCTION begin_allocation(month text, lock_key integer, OUT state text, OUT cycle text, OUT cycle_version integer,
  OUT run_id bigint, OUT run_cycle text, OUT run_cycle_version integer, OUT revision text, OUT own text, OUT jobs bigint[])
LANGUAGE plpgsql AS $$
BEGIN
  -- The period first, as closing it does: the other order could wait for each other.
  SELECT p.state INTO state FROM period p WHERE p.code = month FOR SHARE;
  PERFORM pg_advisory_xact_lock(lock_key, hashtext(month));
  IF state IS DISTINCT FROM 'open' THEN RETURN; END IF;
  SELECT c.code, c.version INTO cycle, cycle_version FROM cycle_in_force(month) c;
  SELECT json_agg(json_build_array(t.pool, t.element, t.currency, t.amount_minor::text) ORDER BY t.pool, t.element, t.currency)
  INTO own FROM pool_total t WHERE t.period = month;
  IF cycle IS NULL THEN RETURN; END IF;
  SELECT r.id, r.cycle, r.cycle_version, r.computed_at::text INTO run_id, run_cycle, run_cycle_version, revision
  FROM allocation_run r WHERE r.period = month AND r.superseded_at IS NULL;
  WITH taken AS (DELETE FROM job_moved j WHERE j.period = month RETURNING j.work_order_id)
  SELECT array_agg(DISTINCT t.work_order_id ORDER BY t.work_order_id) INTO jobs FROM taken t;
END $$;
