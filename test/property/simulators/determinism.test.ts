// Laws of the simulators: the same seed gives the same bytes, counters only grow at any sampling interval, and a plan
// can be lived through to the end.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRODUCTS } from '../../../src/simulators/catalogue/products.ts';
import { NO_MESSAGE_FAULTS } from '../../../src/simulators/channel.ts';
import { type FleetOptions, identifyFleet, startDevice } from '../../../src/simulators/fleet.ts';
import { KINDS } from '../../../src/simulators/models/kind-model.ts';

const START_MS = Date.parse('2026-03-02T00:00:00Z');
const DAY_MS = 86_400_000;

const faults = fc.constantFrom(NO_MESSAGE_FAULTS, { duplicate: 0.1, reorder: 0.1, badPayload: 0.1, reconnect: 0.1 });
const scenario = fc.record({
  seed: fc.string({ minLength: 1, maxLength: 8 }),
  kind: fc.constantFrom(...KINDS),
  intervalMs: fc.constantFrom(10_000, 60_000, 3_600_000),
  wearSpeed: fc.constantFrom(1, 50, 2000),
  faultRate: fc.constantFrom(0, 1, 20),
  channelRate: fc.constantFrom(0, 1, 10),
  messageFaults: faults,
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function fleetOf({ seed, kind, wearSpeed, faultRate, channelRate, messageFaults }: Scenario): FleetOptions {
  return {
    devices: 1,
    kinds: [kind],
    prefix: 'P',
    seed,
    fromMs: START_MS,
    toMs: START_MS + 30 * DAY_MS,
    wearSpeed,
    faultRate,
    channelRate,
    messageFaults,
  };
}

/** Everything a device says, and its truth, as text. */
function live(given: Scenario, samples: number): { said: string; payloads: string[]; counters: number[][] } {
  const fleet = fleetOf(given);
  const [identity] = identifyFleet(fleet);
  if (!identity) throw new Error('an empty fleet');
  const device = startDevice(identity, fleet);
  const counterCodes = PRODUCTS[identity.kind].metrics.filter(({ kind }) => kind === 'counter').map(({ code }) => code);
  const said: string[] = [];
  const counters: number[][] = [];
  for (let index = 0; index < samples; index++) {
    const sample = device.model.sample(START_MS + index * given.intervalMs);
    counters.push(counterCodes.map((code) => Number(sample.values[code])));
    said.push(...device.channel.pass(sample).map((delivery) => JSON.stringify(delivery)));
  }
  said.push(...device.channel.flush().map((delivery) => JSON.stringify(delivery)));
  const payloads = [...said];
  said.push(...device.truth(START_MS + samples * given.intervalMs).map((line) => JSON.stringify(line)));
  return { said: said.join('\n'), payloads, counters };
}

describe('simulated devices', () => {
  test('the same seed gives the same bytes', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        expect(live(given, 300).said === live(given, 300).said).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('another seed gives other values', () => {
    const given: Scenario = {
      seed: 'a',
      kind: 'ct',
      intervalMs: 60_000,
      wearSpeed: 1,
      faultRate: 1,
      channelRate: 1,
      messageFaults: NO_MESSAGE_FAULTS,
    };
    expect(live(given, 50).said === live({ ...given, seed: 'b' }, 50).said).toBe(false);
  });

  test('counters only grow, whatever fails and however often one looks', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { counters } = live(given, 400);
        for (const [index, row] of counters.entries()) {
          const before = counters[index - 1] ?? [];
          for (const [column, value] of row.entries()) expect(value).toBeGreaterThanOrEqual(before[column] ?? 0);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('every value that leaves is a finite number, a boolean or a word', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { payloads } = live({ ...given, messageFaults: NO_MESSAGE_FAULTS }, 300);
        expect(payloads.filter((payload) => /null|NaN|Infinity/.test(payload))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
