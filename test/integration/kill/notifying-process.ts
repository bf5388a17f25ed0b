// The notifications room as a process of its own, to be killed: `notifying-process.ts TARGET_JSON SMTP_URL ORDER`. Says `ready`
// when it sends, and ends in good order when its parent lets go.
import { Registry } from 'prom-client';
import { startEventLog } from '../../../src/db/event-log.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { startNotifications } from '../../../src/notifications/notifications.ts';
import { silentLog } from '../../support/database.ts';
import { seededBytes } from '../../support/registry.ts';

const [target = '{}', smtpUrl = '', order = 'send-then-note'] = process.argv.slice(2);
const log = silentLog();
const database = await openDatabase({ ...(JSON.parse(target) as { dataDir: string; url?: string }), log });
const eventLog = await startEventLog({ database, log });

// What the control does: notes that it is sent and sends it then, so that a kill finds something to lose.
if (order === 'note-then-send') {
  await database.query(`CREATE OR REPLACE FUNCTION note_first() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.state = 'sending' THEN NEW.state := 'sent'; NEW.settled_at := now(); END IF;
      RETURN NEW;
    END $$`);
  await database.query(
    'CREATE OR REPLACE TRIGGER note_first BEFORE UPDATE ON notification FOR EACH ROW EXECUTE FUNCTION note_first()',
  );
}

const room = await startNotifications({
  database,
  eventLog,
  clock: { now: () => Date.now() },
  random: seededBytes(`${process.pid}`),
  log,
  metrics: new Registry(),
  smtp: { url: smtpUrl, from: 'stethos@example.test' },
  publicUrl: null,
  allowsPrivateWebhooks: false,
  secretsKey: () => 'none is needed here, for there is no webhook',
  limits: { pollMs: 50, leaseMs: 1_500, sendMs: 60_000 },
});

process.once('disconnect', () => {
  void room
    .close()
    .then(() => eventLog.close())
    .then(() => database.close());
});
process.send?.('ready');
