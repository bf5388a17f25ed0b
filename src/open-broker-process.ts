// Runs the open broker until it is told to stop. Exit codes as of the service: 0 stopped as told, 2 the start was refused.
import { parseArgs } from 'node:util';
import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { ListenError } from './broker/listeners.ts';
import { startEngine } from './broker/mqtt-engine.ts';
import { openPolicy } from './broker/open-policy.ts';
import { createDatabaseLedger } from './broker/persistence/database-ledger.ts';
import { type Config, ConfigError, loadConfig } from './config.ts';
import type { Database } from './db/database.ts';
import { migrate } from './db/migrate.ts';
import { openDatabase } from './db/open.ts';
import { refusalOf } from './start-refusal.ts';

/** Nobody asks it who they are, so nobody beyond this machine may ask. */
const LOOPBACK = '127.0.0.1';

const HELP = `The MQTT 3.1.1 broker alone, open to everybody on this machine (${LOOPBACK}): no sign-in, any topic, full fan-out,
retained messages, wills and persistent sessions. For conformance suites and for trying devices out; the service itself
is \`npm start\`.

Usage: npm run broker -- [--port 1883] [--ws-port N] [--deny-subscribe FILTER]... [--database] [--help]

  --port            MQTT over TCP; 0 takes any free one
  --ws-port         MQTT over WebSocket too
  --deny-subscribe  a topic filter that is answered with 0x80; may be given several times
  --database        keep sessions, retained messages and queues in the database that the environment names (DATABASE_URL, or
                    the embedded one under STETHOS_DATA), so that they outlive a kill; without it they are in memory.
                    Not in the database of a service: the two would share their sessions
  --help            this text

The limits are those of the service: npm start -- --help lists their variables (STETHOS_BROKER_...).`;

interface OpenBrokerArguments {
  port: number;
  wsPort: number | undefined;
  deniedFilters: readonly string[];
  hasDatabase: boolean;
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new ConfigError([`--${name} is ${JSON.stringify(text)}: give a port from 0 to 65535`]);
}

const OPTIONS = {
  port: { type: 'string', default: '1883' },
  'ws-port': { type: 'string' },
  'deny-subscribe': { type: 'string', multiple: true },
  database: { type: 'boolean', default: false },
  help: { type: 'boolean' },
} as const;

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : String(error)]);
  }
}

function parse(args: readonly string[]): OpenBrokerArguments | 'help' {
  const { port, 'ws-port': wsPort, 'deny-subscribe': deniedFilters = [], database: hasDatabase, help } = valuesOf(args);
  if (help) return 'help';
  return {
    port: portOf('port', port),
    wsPort: wsPort === undefined ? undefined : portOf('ws-port', wsPort),
    deniedFilters,
    hasDatabase,
  };
}

/** Resolves with the exit code when it was told to stop. */
export async function runOpenBroker(args: readonly string[]): Promise<number> {
  try {
    const wanted = parse(args);
    if (wanted === 'help') console.log(HELP);
    else await serve(wanted);
    return 0;
  } catch (error) {
    const refusal =
      error instanceof ListenError
        ? `Port ${error.port} cannot be opened: give another with --port or --ws-port`
        : refusalOf(error);
    if (refusal === null) throw error;
    console.error(refusal);
    return 2;
  }
}

async function openMigrated(
  { databaseUrl: url, dataDir, databaseStartLimitS }: Config,
  log: Logger,
): Promise<Database> {
  const database = await openDatabase({ url, dataDir, log, startLimitMs: databaseStartLimitS * 1000 });
  await migrate(database, log);
  return database;
}

async function serve({ port, wsPort, deniedFilters, hasDatabase }: OpenBrokerArguments): Promise<void> {
  const config = loadConfig();
  const log = pino({ level: 'warn' });
  const clock = { now: () => Date.now() };
  const database = hasDatabase ? await openMigrated(config, log) : null;
  const engine = await startEngine({
    ports: {
      tcp: { host: LOOPBACK, port },
      ...(wsPort === undefined ? {} : { ws: { host: LOOPBACK, port: wsPort } }),
    },
    policy: (tools) => openPolicy({ deniedFilters }, tools),
    ...(database ? { ledger: createDatabaseLedger({ database, clock, log }) } : {}),
    limits: config.broker,
    sessionLimits: config.sessions,
    clock,
    log,
    metrics: new Registry(),
  });
  for (const [door, opened] of Object.entries(engine.ports)) console.log(`MQTT (${door}): ${LOOPBACK}:${opened}`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await engine.close();
  await database?.close();
}
