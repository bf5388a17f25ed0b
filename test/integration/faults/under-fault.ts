// A fleet that keeps talking while something goes wrong: the law is the same for every fault. What was acknowledged is
// stored, nothing is stored twice, and it goes on by itself.
import { expect } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { registerDevices } from '../ingest/devices.ts';
import { type Instance, type InstanceOptions, startInstance } from '../ingest/instance.ts';
import { compare, DEVICES, type Fleet, type Outcome, startFleet } from '../kill/fleet.ts';
import { untilMore } from '../kill/killable.ts';

/** Acknowledgements before the fault and after it. */
const PROGRESS = 200;

export interface Scene {
  fleet: Fleet;
  instance: Instance;
}

export interface Judged extends Outcome {
  /** Batches that had to be tried again: the fault was felt. */
  retries: number;
}

export interface FaultOptions {
  /** What the service works with; the fault may be between it and the database. */
  database: Database;
  /** Where it is seen what was stored. */
  truth?: Database;
  /** Breaks something and mends it. */
  fault: (scene: Scene) => Promise<void>;
  /** Through which the fleet talks; the broker's own when left out. */
  portFor?: (brokerPort: number) => Promise<number>;
  broker?: InstanceOptions['broker'];
  ingest?: InstanceOptions['ingest'];
}

export async function underFault(options: FaultOptions): Promise<Judged> {
  const { database, truth = database, fault, portFor, broker, ingest } = options;
  const lane = database.dedicated('ingest');
  const devices = await registerDevices(truth, DEVICES);
  const identity = { authenticate: async () => true };
  const instance = await startInstance({
    database: lane,
    devices,
    broker: { identity, ...broker },
    ingest: { ...ingest },
  });
  const fleet = startFleet((await portFor?.(instance.port)) ?? instance.port);
  try {
    await untilMore(fleet.total, PROGRESS);
    await fault({ fleet, instance });
    await untilMore(fleet.total, PROGRESS);
    await fleet.drain();
    const retries = await instance.counter('stethos_ingest_retries_total');
    return { ...(await compare(truth, fleet)), retries };
  } finally {
    fleet.end();
    await instance.close();
    await lane.close();
  }
}

export function expectFeltAndHarmless({ retries, lost, doubled }: Judged): void {
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
  expect(retries).toBeGreaterThan(0);
}
