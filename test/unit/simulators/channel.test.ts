// The channel's faults, one by one: what leaves the device, in which order and with which time.
import { describe, expect, test } from 'vitest';
import {
  type Channel,
  type ChannelFault,
  createChannel,
  type Delivery,
  NO_MESSAGE_FAULTS,
} from '../../../src/simulators/channel.ts';
import type { DeviceSample } from '../../../src/simulators/device-model.ts';
import { createRandom } from '../../../src/simulators/random.ts';

const START_MS = Date.parse('2026-03-02T00:00:00Z');
const MINUTE_MS = 60_000;
const sampleAt = (minute: number): DeviceSample => ({
  ts: START_MS + minute * MINUTE_MS,
  values: { mode: 'idle', level: minute },
  events: [],
  isOnline: true,
});
const fault = (
  kind: ChannelFault['kind'],
  from: number,
  to: number,
  more: Partial<ChannelFault> = {},
): ChannelFault => ({
  kind,
  fromMs: START_MS + from * MINUTE_MS,
  toMs: START_MS + to * MINUTE_MS,
  amountMs: 0,
  ...more,
});
const channelOf = (plan: readonly ChannelFault[], messageFaults = NO_MESSAGE_FAULTS, batchMs = 0): Channel =>
  createChannel({ plan, messageFaults, batchMs, random: createRandom('seed', 'channel') });

const passAll = (channel: Channel, minutes: number): Delivery[] => [
  ...Array.from({ length: minutes }, (_, minute) => channel.pass(sampleAt(minute))).flat(),
  ...channel.flush(),
];
interface Sent {
  ts: number;
  values: Record<string, number>;
}
const samplesOf = (deliveries: readonly Delivery[]): Sent[] =>
  deliveries.flatMap((delivery) =>
    delivery.kind === 'reconnect' ? [] : (JSON.parse(delivery.payload) as Sent | Sent[]),
  );
const minutesOf = (sent: readonly Sent[]): number[] => sent.map(({ ts }) => (ts - START_MS) / MINUTE_MS);

describe('channel faults', () => {
  test('a sound channel passes each sample by itself', () => {
    const sent = passAll(channelOf([]), 3);
    expect(sent).toHaveLength(3);
    expect(minutesOf(samplesOf(sent))).toEqual([0, 1, 2]);
  });

  test('a gap is lost for good and counted', () => {
    const channel = channelOf([fault('gap', 1, 3)]);
    expect(minutesOf(samplesOf(passAll(channel, 5)))).toEqual([0, 3, 4]);
    expect(channel.stats()).toMatchObject({ samplesSent: 3, samplesLost: 2, readingsSent: 6 });
  });

  test('time off line ends in a late backlog that loses nothing', () => {
    const sent = passAll(channelOf([fault('backlog', 1, 4)]), 6);
    expect(sent).toHaveLength(3);
    expect(Array.isArray(JSON.parse((sent[1] as { payload: string }).payload))).toBe(true);
    expect(minutesOf(samplesOf(sent))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('a backlog longer than a payload is cut into payloads', () => {
    const sent = passAll(channelOf([fault('backlog', 0, 500)]), 501);
    expect(sent).toHaveLength(3);
    expect(samplesOf(sent)).toHaveLength(501);
  });

  test('batches leave as arrays', () => {
    const sent = passAll(channelOf([], NO_MESSAGE_FAULTS, 2 * MINUTE_MS), 6);
    expect(sent.map((delivery) => samplesOf([delivery]).length)).toEqual([3, 3]);
  });

  test('wrong clocks: fixed, step and drift', () => {
    expect(minutesOf(samplesOf(passAll(channelOf([fault('clock-fixed', 0, 9, { amountMs: 90_000 })]), 2)))).toEqual([
      1.5, 2.5,
    ]);
    expect(minutesOf(samplesOf(passAll(channelOf([fault('clock-step', 1, 9, { amountMs: -90_000 })]), 3)))).toEqual([
      0, -0.5, 0.5,
    ]);
    const drifting = minutesOf(
      samplesOf(passAll(channelOf([fault('clock-drift', 0, 999, { amountMs: 60_000 })]), 121)),
    );
    expect(drifting[120]).toBeCloseTo(122, 6);
  });

  test('a stuck sensor repeats itself, the others go on', () => {
    const sent = samplesOf(passAll(channelOf([fault('stuck', 1, 4, { metric: 'level' })]), 6));
    expect(sent.map(({ values }) => values.level)).toEqual([0, 1, 1, 1, 4, 5]);
  });

  test('a silent device sends nothing', () => {
    const channel = channelOf([]);
    expect(channel.pass({ ...sampleAt(0), isOnline: false })).toEqual([]);
    expect(channel.stats().samplesLost).toBe(1);
  });

  test('duplicates, disorder and broken payloads come on top and take nothing away', () => {
    const channel = channelOf([], { duplicate: 0.2, reorder: 0.2, badPayload: 0.2, reconnect: 0.2 });
    const sent = passAll(channel, 400);
    const good = sent.filter((delivery) => delivery.kind !== 'reconnect' && delivery.payload.includes('"level"'));
    const minutes = minutesOf(samplesOf(good));
    expect(new Set(minutes).size).toBe(400);
    const { duplicates, badPayloads } = channel.stats();
    expect(duplicates).toBeGreaterThan(40);
    expect(badPayloads).toBeGreaterThan(40);
    expect(good).toHaveLength(400 + duplicates);
    expect(sent.filter(({ kind }) => kind === 'reconnect').length).toBeGreaterThan(40);
    expect(minutes).not.toEqual([...minutes].sort((a, b) => a - b));
  });

  test('the truth tells what has begun, and until when', () => {
    const channel = channelOf([fault('gap', 1, 3), fault('stuck', 8, 9, { metric: 'level' })]);
    expect(channel.truth('D', START_MS + 5 * MINUTE_MS)).toEqual([
      {
        device: 'D',
        component: 'channel',
        failureMode: 'gap',
        kind: 'channel',
        onset: '2026-03-02T00:01:00.000Z',
        failure: null,
        detail: 'until 2026-03-02T00:03:00.000Z',
      },
    ]);
  });
});
