-- What was told of budgets: an overrun that is expected, whose day moved by a month, or that is gone; each change once.
CREATE TABLE budget_notice (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version_id integer NOT NULL REFERENCES budget_version,
  part text NOT NULL, -- as budget_line has it, merged values under the one that stands for them
  name_en text NOT NULL, name_zh text NOT NULL,
  change text NOT NULL CHECK (change IN ('appeared', 'moved', 'gone')),
  at timestamptz NOT NULL,
  -- The day the budget is expected to be passed; empty when the overrun is gone.
  crossing date,
  overrun_minor bigint NOT NULL,
  probability double precision,
  CHECK ((change = 'gone') = (crossing IS NULL))
);
CREATE INDEX budget_notice_part ON budget_notice (part, id);
CREATE TRIGGER budget_notice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_notice
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A notification tells of alerts, of budgets, or of nothing but itself.
ALTER TABLE notification DROP CONSTRAINT notification_kind_check;
ALTER TABLE notification ADD COLUMN budget_notices bigint[];
ALTER TABLE notification ADD CONSTRAINT notification_kind_check CHECK (kind IN ('alert', 'test')
  AND budget_notices IS NULL OR kind = 'budget' AND budget_notices IS NOT NULL);
