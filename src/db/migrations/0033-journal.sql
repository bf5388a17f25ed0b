-- The journal: double entry for every cost fact and every final run, and what a general ledger took of it. Then periods that two
-- people close and reopen.
CREATE TABLE account (
  code text PRIMARY KEY CHECK (code ~ '^[0-9A-Za-z.-]{1,20}$'),
  name_en text NOT NULL, name_zh text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('asset', 'liability', 'expense'))
);
CREATE TRIGGER account_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Which account an element goes to, from a month on. direct and pool: where cost is debited; clearing: what it is credited to;
-- allocated and unused: where a final run moves what a pool held.
CREATE TABLE account_mapping (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  element text NOT NULL,
  role text NOT NULL CHECK (role IN ('direct', 'pool', 'clearing', 'allocated', 'unused')),
  account text NOT NULL REFERENCES account,
  effective_from char(7) NOT NULL CHECK (effective_from ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  author text NOT NULL, created_at timestamptz NOT NULL
);
CREATE INDEX account_mapping_key ON account_mapping (element, role, effective_from, id);
CREATE TRIGGER account_mapping_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account_mapping
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A mapping is a draft until it is here.
CREATE TABLE account_mapping_approval (
  mapping_id integer PRIMARY KEY REFERENCES account_mapping,
  actor text NOT NULL, at timestamptz NOT NULL
);
CREATE TRIGGER account_mapping_approval_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account_mapping_approval
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The chart as it stands at first: a row an element, its accounts side by side.
CREATE TEMPORARY TABLE chart (element text, en text, zh text, digit integer, clearing text) ON COMMIT DROP;
INSERT INTO chart VALUES
  ('labour', 'labour', '人工', 1, '2010'), ('parts', 'parts', '备件', 2, '1300'), ('travel', 'travel', '差旅', 3, '2020'),
  ('freight', 'freight', '运费', 4, '2100'), ('subcontract', 'subcontracted work', '外包', 5, '2100'),
  ('remote', 'remote service', '远程服务', 6, '2010'), ('downtime-penalty', 'downtime penalties', '停机违约金', 7, '2200'),
  ('overhead', 'overhead', '间接费用', 8, '2300');
INSERT INTO account VALUES
  ('1300', 'Spare parts in stock', '备件库存', 'asset'), ('2010', 'Payroll clearing', '应付职工薪酬待清算', 'liability'),
  ('2020', 'Travel expenses clearing', '差旅费待清算', 'liability'),
  ('2100', 'Received, not yet invoiced', '应付暂估', 'liability'), ('2200', 'Penalties owed to customers', '应付客户违约金', 'liability'),
  ('2300', 'Overhead clearing', '间接费用待清算', 'liability'), ('5290', 'Unused capacity', '闲置产能', 'expense');
INSERT INTO account SELECT '50' || digit || '0', 'Direct cost: ' || en, '直接成本：' || zh, 'expense' FROM chart
  UNION ALL SELECT '51' || digit || '0', 'Shared cost in pools: ' || en, '共享成本池：' || zh, 'expense' FROM chart
  UNION ALL SELECT '52' || digit || '0', 'Allocated cost: ' || en, '分摊成本：' || zh, 'expense' FROM chart;
INSERT INTO account_mapping (element, role, account, effective_from, author, created_at)
SELECT element, role, account, '1000-01', 'system', clock_timestamp()
FROM chart CROSS JOIN LATERAL (VALUES ('direct', '50' || digit || '0'), ('pool', '51' || digit || '0'),
  ('allocated', '52' || digit || '0'), ('unused', '5290'), ('clearing', clearing)) AS r (role, account);
INSERT INTO account_mapping_approval SELECT id, 'system', clock_timestamp() FROM account_mapping;

-- Accounts of entries that are there never change after the fact: a new mapping begins in a month nothing was entered in.
CREATE FUNCTION refuse_own_mapping() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mapping account_mapping;
BEGIN
  SELECT * INTO mapping FROM account_mapping WHERE id = NEW.mapping_id;
  IF mapping.author = NEW.actor THEN
    RAISE EXCEPTION 'account mapping %: its author cannot put it in force, a second person must', NEW.mapping_id
      USING ERRCODE = '23514', CONSTRAINT = 'account_mapping_second_person';
  END IF;
  LOCK TABLE journal IN SHARE MODE;
  IF EXISTS (SELECT FROM journal WHERE period >= mapping.effective_from) THEN
    RAISE EXCEPTION 'account mapping %: the journal has entries from % on already', NEW.mapping_id, mapping.effective_from
      USING ERRCODE = '23514', CONSTRAINT = 'account_mapping_begins_unused';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER account_mapping_second_person BEFORE INSERT ON account_mapping_approval
  FOR EACH ROW EXECUTE FUNCTION refuse_own_mapping();

-- One posting: the facts of a statement in one period, a final run, or what takes such a run back.
CREATE TABLE journal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('facts', 'run', 'reversal')),
  period char(7) NOT NULL REFERENCES period,
  run_id bigint UNIQUE REFERENCES allocation_run,
  reverses bigint UNIQUE REFERENCES journal,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  made_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CHECK ((kind = 'run') = (run_id IS NOT NULL) AND (kind = 'reversal') = (reverses IS NOT NULL))
);
CREATE INDEX journal_period ON journal (period, id);
-- Debits are positive, credits negative. References are kept by the triggers below, which look at a statement at a time: a
-- month may bring a million facts.
CREATE TABLE journal_entry (
  journal_id bigint NOT NULL, line integer NOT NULL,
  role text NOT NULL, account text NOT NULL,
  element text NOT NULL, pool text,
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0), currency char(3) NOT NULL,
  posted_on date NOT NULL, -- in the period, also when the cost occurred before it
  fact_id bigint,
  PRIMARY KEY (journal_id, line)
);
CREATE UNIQUE INDEX journal_entry_fact ON journal_entry (fact_id, role) WHERE fact_id IS NOT NULL;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  SELECT currency, sum(amount_minor) AS rest INTO wrong FROM journal_entry WHERE journal_id = NEW.id
  GROUP BY currency HAVING sum(amount_minor) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % does not balance: % % are left over', NEW.id, wrong.rest, wrong.currency
      USING ERRCODE = '23514', CONSTRAINT = 'journal_balances';
  ELSIF NOT EXISTS (SELECT FROM journal_entry WHERE journal_id = NEW.id) THEN
    RAISE EXCEPTION 'journal % has no entries', NEW.id USING ERRCODE = '23514', CONSTRAINT = 'journal_balances';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER journal_balances AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();
-- What was balanced at its commit gets no further entries.
CREATE FUNCTION refuse_late_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
  SELECT e.journal_id INTO wrong FROM (SELECT DISTINCT journal_id FROM fresh) e
  WHERE NOT EXISTS (SELECT FROM journal j WHERE j.id = e.journal_id AND j.made_in = pg_current_xact_id()) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % is complete: entries come in the transaction of their journal', wrong
      USING ERRCODE = '23514', CONSTRAINT = 'journal_entry_in_time';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER journal_entry_in_time AFTER INSERT ON journal_entry REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_entries();

CREATE FUNCTION account_for(cost_element text, entry_role text, in_period text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE found_account text;
BEGIN
  SELECT m.account INTO found_account FROM account_mapping m JOIN account_mapping_approval a ON a.mapping_id = m.id
  WHERE m.element = cost_element AND m.role = entry_role AND m.effective_from <= in_period
  ORDER BY m.effective_from DESC, m.id DESC LIMIT 1;
  IF found_account IS NULL THEN
    RAISE EXCEPTION 'no account is named for % cost (%) in %', cost_element, entry_role, in_period
      USING ERRCODE = '23514', CONSTRAINT = 'account_mapping_needed';
  END IF;
  RETURN found_account;
END $$;
CREATE FUNCTION first_day(period text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT make_date(substr(period, 1, 4)::integer, substr(period, 6, 2)::integer, 1) $$;

-- In the transaction of the facts, a statement at a time. A reversal goes to the accounts of the fact it takes back.
CREATE FUNCTION journal_cost_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH made AS MATERIALIZED (
    INSERT INTO journal (kind, period)
    SELECT 'facts', period FROM (SELECT DISTINCT period FROM fresh WHERE amount_minor <> 0) p ORDER BY period
    RETURNING id, period
  ), side AS MATERIALIZED (
    SELECT f.id AS fact, s.position, s.role, f.period, f.element, f.pool, f.amount_minor * s.sign AS amount, f.currency, f.occurred_on,
           CASE WHEN f.reversal_of IS NULL THEN f.period
                ELSE (SELECT o.period FROM cost_fact o WHERE o.id = f.reversal_of) END AS mapped_in
    FROM fresh f CROSS JOIN LATERAL (
      VALUES (1, CASE WHEN f.pool IS NULL THEN 'direct' ELSE 'pool' END, 1), (2, 'clearing', -1)) AS s (position, role, sign)
    WHERE f.amount_minor <> 0
  ), mapped AS MATERIALIZED (
    SELECT element, role, mapped_in, account_for(element, role, mapped_in) AS account
    FROM (SELECT DISTINCT element, role, mapped_in FROM side) wanted
  )
  INSERT INTO journal_entry (journal_id, line, role, account, element, pool, amount_minor, currency, posted_on, fact_id)
  SELECT m.id, row_number() OVER (PARTITION BY m.id ORDER BY s.fact, s.position), s.role, a.account, s.element, s.pool, s.amount,
         s.currency, greatest(s.occurred_on, first_day(s.period)), s.fact
  FROM side s JOIN made m USING (period) JOIN mapped a USING (element, role, mapped_in);
  RETURN NULL;
END $$;

-- The entries of a final run: what pools sent each other, what receivers got, what nobody used. What found no receiver stays.
CREATE FUNCTION journal_run(run bigint) RETURNS void LANGUAGE sql AS $$
  WITH moved AS MATERIALIZED (
    SELECT r.period, m.* FROM allocation_run r CROSS JOIN LATERAL (
      SELECT to_pool AS pool, element, currency, 'pool' AS role, amount_minor AS amount FROM allocation_flow WHERE run_id = run
      UNION ALL SELECT from_pool, element, currency, 'pool', -amount_minor FROM allocation_flow WHERE run_id = run
      UNION ALL SELECT pool, element, currency, 'pool', -placed_minor FROM allocation_result WHERE run_id = run
      UNION ALL SELECT pool, element, currency, 'allocated', placed_minor FROM allocation_result WHERE run_id = run
      UNION ALL SELECT pool, element, currency, 'pool', -unused_minor FROM allocation_result WHERE run_id = run
      UNION ALL SELECT pool, element, currency, 'unused', unused_minor FROM allocation_result WHERE run_id = run) m
    WHERE r.id = run AND m.amount <> 0
  ), made AS (
    INSERT INTO journal (kind, period, run_id) SELECT DISTINCT 'run', period, run FROM moved RETURNING id
  )
  INSERT INTO journal_entry (journal_id, line, role, account, element, pool, amount_minor, currency, posted_on)
  SELECT made.id, row_number() OVER (ORDER BY pool, element, currency, role, amount), role, account_for(element, role, period), element,
         pool, amount, currency, (first_day(period) + interval '1 month - 1 day')::date
  FROM moved CROSS JOIN made
$$;
-- Equal and opposite: the reversing journal of a run's.
CREATE FUNCTION journal_reversal(run bigint) RETURNS void LANGUAGE sql AS $$
  WITH made AS (
    INSERT INTO journal (kind, period, reverses) SELECT 'reversal', period, id FROM journal WHERE run_id = run RETURNING id, reverses
  )
  INSERT INTO journal_entry (journal_id, line, role, account, element, pool, amount_minor, currency, posted_on)
  SELECT made.id, line, role, account, element, pool, -amount_minor, currency, posted_on
  FROM journal_entry e JOIN made ON e.journal_id = made.reverses
$$;

-- What is there already is entered as it would have been.
CREATE TEMPORARY TABLE entered (LIKE cost_fact) ON COMMIT DROP;
CREATE TRIGGER entered_journal AFTER INSERT ON entered REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION journal_cost_facts();
INSERT INTO entered SELECT * FROM cost_fact;
SELECT journal_run(id) FROM allocation_run WHERE status = 'final' ORDER BY id;
SET CONSTRAINTS journal_balances IMMEDIATE;

CREATE FUNCTION refuse_closed_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed text;
BEGIN
  -- Shared with other postings, and not with closing.
  SELECT string_agg(code, ', ') INTO closed FROM (
    SELECT code, state FROM period WHERE code IN (SELECT period FROM fresh) ORDER BY code FOR SHARE) p WHERE state <> 'open';
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'period % is closed; post to the next open one', closed
      USING ERRCODE = '23514', CONSTRAINT = 'period_is_open', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER cost_fact_period_open AFTER INSERT ON cost_fact REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_period();
CREATE TRIGGER journal_period_open AFTER INSERT ON journal REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_period();
CREATE TRIGGER cost_fact_journal AFTER INSERT ON cost_fact REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION journal_cost_facts();
-- What came after its month was closed.
CREATE INDEX cost_fact_late ON cost_fact (occurred_on) WHERE occurred_on < first_day(period::text);

-- A batch takes whole journals, each once; what it took never changes, so its file never does.
CREATE TABLE journal_export (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  claimed_by text NOT NULL, claimed_at timestamptz NOT NULL,
  period char(7), -- NULL: of any month
  journals integer NOT NULL, entries integer NOT NULL
);
CREATE TABLE journal_export_item (
  journal_id bigint PRIMARY KEY REFERENCES journal,
  export_id bigint NOT NULL REFERENCES journal_export
);
CREATE INDEX journal_export_item_batch ON journal_export_item (export_id, journal_id);
CREATE TRIGGER journal_export_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_export
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_export_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_export_item
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Closing and reopening: one person asks, a second one carries it out. The newest step of a period counts.
CREATE TABLE period_step (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  period char(7) NOT NULL REFERENCES period,
  kind text NOT NULL CHECK (kind IN ('close', 'reopen')),
  author text NOT NULL, at timestamptz NOT NULL,
  reason text, -- of a reopening
  checklist jsonb NOT NULL DEFAULT '[]', -- as it stood
  reasons jsonb NOT NULL DEFAULT '{}', -- why what it found is in order, by item
  CHECK (kind = 'close' OR reason IS NOT NULL)
);
CREATE INDEX period_step_period ON period_step (period, id);
CREATE TRIGGER period_step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON period_step
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TABLE period_step_approval (
  step_id bigint PRIMARY KEY REFERENCES period_step,
  actor text NOT NULL, at timestamptz NOT NULL,
  run_id bigint REFERENCES allocation_run, -- the final run that was made, or taken back
  true_up jsonb NOT NULL DEFAULT '[]', -- what the final run moved against the provisional one
  made_in xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE TRIGGER period_step_approval_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON period_step_approval
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_own_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM period_step WHERE id = NEW.step_id AND author = NEW.actor) THEN
    RAISE EXCEPTION 'period step %: who asked for it cannot approve it, a second person must', NEW.step_id
      USING ERRCODE = '23514', CONSTRAINT = 'period_step_second_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER period_step_second_person BEFORE INSERT ON period_step_approval FOR EACH ROW EXECUTE FUNCTION refuse_own_step();
CREATE FUNCTION refuse_lone_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM period_step s JOIN period_step_approval a ON a.step_id = s.id
                 WHERE s.period = NEW.code AND s.kind = CASE NEW.state WHEN 'open' THEN 'reopen' ELSE 'close' END
                   AND a.made_in = pg_current_xact_id()) THEN
    RAISE EXCEPTION 'period %: two people close and reopen a period', NEW.code
      USING ERRCODE = '23514', CONSTRAINT = 'period_second_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER period_second_person BEFORE UPDATE ON period FOR EACH ROW WHEN (OLD.state <> NEW.state)
  EXECUTE FUNCTION refuse_lone_change();
