-- Webhooks and teams that were deleted: what was sent to them is kept, so their rows are; nobody can name them any longer.
ALTER TABLE notification_webhook ADD COLUMN deleted_at timestamptz, ADD COLUMN deleted_by text;
ALTER TABLE notification_team ADD COLUMN deleted_at timestamptz, ADD COLUMN deleted_by text;
-- Who an alert is given to is told as well.
ALTER TABLE notification_alert DROP CONSTRAINT notification_alert_occasion_check;
ALTER TABLE notification_alert ADD CONSTRAINT notification_alert_occasion_check
  CHECK (occasion IN ('raised', 'worsened', 'escalated', 'repeated', 'returned', 'assigned'));
