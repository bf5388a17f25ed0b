// Laws of the turns at the one connection: one at a time, nobody forgotten, and between two turns of the lane at most
// one of somebody else - and the other way round.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isConnectionError } from '../../../src/db/errors.ts';
import { createTurns } from '../../../src/db/turns.ts';

test('one at a time, each side in its order, and neither side twice while the other waits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), async (asked) => {
      const turns = createTurns(10_000);
      const order: number[] = [];
      let holders = 0;
      await Promise.all(
        asked.map(async (isLane, who) => {
          const end = await turns.take(isLane);
          holders += 1;
          expect(holders).toBe(1);
          await Promise.resolve();
          order.push(who);
          holders -= 1;
          end();
          end();
        }),
      );
      for (const isLane of [true, false]) {
        const side = order.filter((who) => asked[who] === isLane);
        expect(side).toEqual(asked.flatMap((one, who) => (one === isLane ? [who] : [])));
      }
      order.forEach((who, i) => {
        const next = order[i + 1];
        if (next === undefined || asked[next] !== asked[who]) return;
        expect(order.slice(i + 1).every((later) => asked[later] === asked[who])).toBe(true);
      });
    }),
  );
});

test('who waits too long is told as if the connection were away, and the turns go on without him', async () => {
  const turns = createTurns(20);
  const end = await turns.take(true);
  const late = await turns.take(false).catch((error: unknown) => error);
  expect(isConnectionError(late)).toBe(true);
  const next = turns.take(false);
  end();
  (await next)();
  (await turns.take(true))();
});
