-- A month is not closed on an allocation that lost or made money: its run in force is final, holds what stands in every pool,
-- and places, keeps and passes on all of it. The second guard behind the engine's own arithmetic.
CREATE FUNCTION refuse_losing_close() RETURNS trigger LANGUAGE plpgsql AS $$
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
      SELECT concat_ws(' ', 'pool', pool, element, currency, 'says it placed', placed_minor, 'and its receivers carry', carried)
      FROM (SELECT a.*, (SELECT coalesce(sum(amount), 0) FROM unnest(amounts_minor) AS amount) AS carried
            FROM allocation_result a WHERE run_id = run.id) a
      WHERE placed_minor <> carried ORDER BY pool, element, currency LIMIT 1));
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
CREATE TRIGGER period_close_conserves BEFORE UPDATE OF state ON period
  FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION refuse_losing_close();
