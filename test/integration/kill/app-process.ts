// Broker and ingest as a process of its own, to be killed: `app-process.ts TARGET_JSON PORT ACKNOWLEDGE`. Says `ready`
// when devices may connect, and ends in good order when its parent lets go.
import { Registry } from 'prom-client';
import { startBroker } from '../../../src/broker/broker.ts';
import { openDatabase } from '../../../src/db/open.ts';
import type { IngestPort } from '../../../src/broker/ports.ts';
import { startIngest } from '../../../src/ingest/ingest.ts';
import { silentLog } from '../../support/database.ts';
import { registerDevices } from '../ingest/devices.ts';
import { DEVICES } from './fleet.ts';

const [target = '{}', port = '0', acknowledge = 'after-commit'] = process.argv.slice(2);
const CARELESS_MS = 250;
const log = silentLog();
const clock = { now: () => Date.now() };
const metrics = new Registry();
const database = await openDatabase({ ...(JSON.parse(target) as { dataDir: string; url?: string }), log });
const lane = database.dedicated('ingest');
const devices = await registerDevices(database, DEVICES);
const ingest = await startIngest({
  database: lane,
  devices,
  metaStore: { apply: async () => {} },
  replyStore: { apply: async (_tx, replies) => replies.map(() => 'unasked' as const) },
  onCommitted: () => {},
  clock,
  log,
  metrics,
});
/** What the control does: acknowledges at once and stores a moment later, so that a kill finds something to lose. */
const careless: IngestPort = {
  take(message, settled) {
    settled(null);
    setTimeout(() => ingest.take(message, () => {}), CARELESS_MS);
  },
};
const broker = await startBroker({
  ports: { tcp: { host: '127.0.0.1', port: Number(port) } },
  identity: { authenticate: async () => true },
  ingest: acknowledge === 'after-commit' ? ingest : careless,
  onPresence: () => {},
  clock,
  log,
  metrics,
});

async function end(): Promise<void> {
  await broker.close();
  await ingest.close();
  await lane.close();
  await database.close();
}

process.once('disconnect', () => void end().then(() => process.exit(0)));
process.send?.('ready');
