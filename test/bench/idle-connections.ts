// What connections cost that say nothing: memory of the process that holds broker and ingest, before they come and when
// they are all signed in. The clients are in another process.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chooseDatabase } from './choose-database.ts';
import { startChild } from './child.ts';

const LIMIT_MIB = 1024;
const MIB = 1024 * 1024;

const round = (value: number, digits = 0): number => Math.round(value * 10 ** digits) / 10 ** digits;

export async function run(args: readonly string[]): Promise<void> {
  const options = {
    database: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    connections: { type: 'string', default: '10000' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  const connections = Number(values.connections);
  const server = startChild('./ingest-server.ts');
  const clients = startChild('./idle-clients.ts');
  try {
    const port = await server.ask<number>('port');
    const database = await server.ask<string>('kind');
    const before = (await server.ask<number>('memory')) / MIB;
    const startedMs = performance.now();
    await clients.ask('connect', { port, count: connections });
    const signedInPerS = connections / ((performance.now() - startedMs) / 1000);
    // Idle as they would be: what signing in took is given back in this time, if it ever is.
    await sleep(Number(values.seconds) * 1000);
    const resident = (await server.ask<number>('memory')) / MIB;
    const alive = await clients.ask<number>('alive');
    console.log(
      `${alive} of ${connections} connections idle: ${round(resident)} MiB resident, ${round(before)} MiB without them`,
    );
    if (alive !== connections) process.exitCode = 1;
    const figures = {
      connections,
      aliveConnections: alive,
      residentMiB: round(resident),
      residentWithoutMiB: round(before),
      perConnectionKiB: round(((resident - before) * 1024) / connections, 1),
      signedInPerS: round(signedInPerS),
    };
    const ratios = { residentToLimit: round(resident / LIMIT_MIB, 3) };
    console.log(JSON.stringify({ bench: 'idle-connections', database, figures, ratios }));
  } finally {
    await clients.end();
    await server.end();
  }
}
