// The moment of subscribing, played by hand: what happens while the first answer is being loaded is neither lost nor
// told twice, whatever falls when.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outgoing } from '../../../src/api/live/audience.ts';
import { createWatcher } from '../../../src/api/live/watcher.ts';
import { EVERYTHING, type Principal } from '../../../src/contracts/access.ts';
import type { Device } from '../../../src/contracts/http/devices.ts';
import type { Change } from '../../../src/contracts/live.ts';

const principal: Principal = {
  userId: 1,
  email: 'a',
  name: 'A',
  role: 'administrator',
  scope: EVERYTHING,
  engineer: null,
};

const changeAt = (position: number): Outgoing => ({
  topic: 'fleet',
  position,
  place: 'everyone',
  message: { type: 'device.changed', data: { id: `D-${position}` } as unknown as Device },
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A watcher whose first answer is given when the test says so. */
function startWatcher(position: number) {
  const sent: Change[] = [];
  const log: string[] = [];
  let give: () => void = () => {};
  const watcher = createWatcher({
    principal,
    send: (change) => {
      sent.push(change);
      log.push(`change ${change.position}`);
    },
    drop: () => log.push('dropped'),
    position: () => position,
    answer: (_topic, _principal, _since, from) =>
      new Promise((resolve) => {
        give = () => resolve({ snapshot: { devices: [], imports: [] }, position: from });
      }),
    onWatch: () => {},
    onUnwatch: () => {},
  });
  watcher.subscribe({ topic: 'fleet' }, () => log.push('answered'));
  return { watcher, sent, log, give: () => give() };
}

describe('a watcher', () => {
  test('sends exactly the changes after its answer, each once and in order, after the answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 20 }), fc.nat({ max: 20 }), fc.nat({ max: 20 }), async (from, before, after) => {
        const { watcher, log, give } = startWatcher(from);
        await turn();
        // The feed may still hand out what the answer holds already.
        const first = Math.max(1, from - 2);
        for (let position = first; position < first + before; position += 1) watcher.offer(changeAt(position));
        expect(log).toEqual([]);
        give();
        await turn();
        const next = first + before;
        for (let position = next; position < next + after; position += 1) watcher.offer(changeAt(position));
        const told = Array.from({ length: before + after }, (_, n) => first + n).filter((position) => position > from);
        expect(log).toEqual(['answered', ...told.map((position) => `change ${position}`)]);
      }),
    );
  });

  test('that must hold back too much is dropped', async () => {
    const { watcher, log } = startWatcher(0);
    await turn();
    for (let position = 1; position <= 5001; position += 1) watcher.offer(changeAt(position));
    expect(log).toEqual(['dropped']);
  });

  test('gives readings no smaller position than the answer', async () => {
    const { watcher, sent, give } = startWatcher(9);
    await turn();
    give();
    await turn();
    watcher.offer({ topic: 'fleet', position: 3, place: 'everyone', message: { type: 'readings', data: [] } });
    watcher.offer(changeAt(10));
    expect(sent.map(({ type, position }) => [type, position])).toEqual([
      ['readings', 9],
      ['device.changed', 10],
    ]);
  });
});
