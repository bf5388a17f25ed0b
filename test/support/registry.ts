// A registry on a test database with one of everything: product, customer, contract, site, station; devices on demand.
import { createHash } from 'node:crypto';
import type { NewDevice } from '../../src/contracts/http/devices.ts';
import type { Product } from '../../src/contracts/product.ts';
import type { Clock } from '../../src/contracts/time.ts';
import type { Database } from '../../src/db/database.ts';
import type { EventLog } from '../../src/db/event-log.ts';
import type { RandomBytes } from '../../src/registry/random.ts';
import { type Registry, startRegistry } from '../../src/registry/registry.ts';
import { silentLog } from './database.ts';

export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function testClock(startMs = Date.UTC(2026, 5, 1)): TestClock {
  let nowMs = startMs;
  return { now: () => nowMs, advance: (ms) => void (nowMs += ms) };
}

/** Bytes that look random and are the same in every run. */
export function seededBytes(seed: string): RandomBytes {
  let counter = 0;
  return (size) => {
    const parts: Buffer[] = [];
    for (let length = 0; length < size; length += 32) {
      parts.push(createHash('sha256').update(`${seed}/${counter++}`).digest());
    }
    return Buffer.concat(parts).subarray(0, size);
  };
}

const text = (en: string) => ({ en, zh: `${en}（中）` });

export const PUMP: Product = {
  code: 'pump-1',
  name: text('Pump'),
  line: 'infusion',
  lineName: text('Infusion'),
  kind: 'pump',
  metrics: [{ code: 'motor_current', name: text('Motor current'), unit: 'mA', kind: 'gauge', expectedIntervalS: 60 }],
  components: [
    {
      code: 'drive',
      name: text('Drive'),
      criticality: 1,
      failureModes: [
        {
          code: 'wear',
          name: text('Wear'),
          signs: [{ metric: 'motor_current', direction: 'up', failsAt: 160 }],
          remedy: text('Replace the drive'),
          part: 'P-DRIVE',
          labourHours: 1,
          people: 1,
          remote: false,
          horizonHours: 720,
          unplannedFactor: 2,
          unplannedDowntimeHours: 8,
        },
      ],
    },
  ],
};

export async function startTestRegistry(
  database: Database,
  clock: Clock,
  options: { eventLog?: EventLog; seed?: string } = {},
): Promise<Registry> {
  const { seed = 'registry', ...rest } = options;
  return startRegistry({ database, clock, random: seededBytes(seed), log: silentLog(), ...rest });
}

export async function seedMasterData(registry: Registry): Promise<void> {
  await registry.regions.create({ code: 'east', name: text('East') });
  await registry.regions.create({ code: 'west', name: text('West') });
  await registry.stations.create({ code: 'S-1', name: text('Shanghai'), region: 'east', lat: 31.2, lon: 121.5 });
  await registry.stations.create({ code: 'S-2', name: text('Chengdu'), region: 'west', lat: null, lon: null });
  for (const [code, region] of [
    ['C-1', 'east'],
    ['C-2', 'west'],
  ] as const) {
    await registry.customers.create({ code, name: text(`Hospital ${code}`), group: null, tier: '3A', region });
  }
  await registry.sites.create({ code: 'T-1', name: text('Main building'), customer: 'C-1', lat: 31.1, lon: 121.4 });
  await registry.contracts.create({
    code: 'K-1',
    customer: 'C-1',
    type: 'full-service',
    startsOn: '2026-01-01',
    endsOn: '2026-12-31',
    price: { amount: '120000.00', currency: 'CNY' },
    responseHours: 4,
    restorationHours: 24,
    uptimeTarget: 0.97,
    penaltyPerHour: { amount: '800.00', currency: 'CNY' },
  });
  await registry.parts.create({
    code: 'P-DRIVE',
    name: text('Drive'),
    unitCost: { amount: '900.00', currency: 'CNY' },
    controlledBy: 'none',
  });
  await registry.products.create(PUMP);
}

export const newDevice = (id: string, changes: Partial<NewDevice> = {}): NewDevice => ({
  id,
  product: PUMP.code,
  customer: 'C-1',
  station: 'S-1',
  site: 'T-1',
  contract: 'K-1',
  ...changes,
});
