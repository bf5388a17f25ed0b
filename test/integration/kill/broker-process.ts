// An open broker as a process of its own, to be killed: `broker-process.ts TARGET_JSON PORT LEDGER`, the ledger being
// `database` or `memory`. Says `ready` when clients may connect, and ends in good order when its parent lets go.
import { Registry } from 'prom-client';
import { startEngine } from '../../../src/broker/mqtt-engine.ts';
import { openPolicy } from '../../../src/broker/open-policy.ts';
import { createDatabaseLedger } from '../../../src/broker/persistence/database-ledger.ts';
import { createMemoryLedger } from '../../../src/broker/persistence/memory-ledger.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { silentLog } from '../../support/database.ts';

const [target = '{}', port = '0', ledger = 'database'] = process.argv.slice(2);
const log = silentLog();
const clock = { now: () => Date.now() };
const database = await openDatabase({ ...(JSON.parse(target) as { dataDir: string; url?: string }), log });
const engine = await startEngine({
  ports: { tcp: { host: '127.0.0.1', port: Number(port) } },
  policy: (tools) => openPolicy({ deniedFilters: [] }, tools),
  ledger: ledger === 'memory' ? createMemoryLedger() : createDatabaseLedger({ database, clock, log }),
  // One client stays away for the whole test.
  sessionLimits: { maxQueued: 50_000 },
  clock,
  log,
  metrics: new Registry(),
});

process.once('disconnect', () => {
  void engine
    .close()
    .then(() => database.close())
    .then(() => process.exit(0));
});
process.send?.('ready');
