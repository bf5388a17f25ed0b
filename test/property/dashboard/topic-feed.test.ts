// Law of resuming: whatever connections are cut and whenever, a reader ends with what the server has, and sees every
// position at most once and in order.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '../../../src/contracts/live.ts';
import { createTopicFeed } from '../../../src/dashboard/live/topic-feed.ts';

/** The server's side: a log of changes to one number, kept from `oldest` on. */
const changeAt = (position: number): Change =>
  ({ topic: 'alerts', position, type: 'alert.changed', data: { id: 1, value: position } }) as unknown as Change;

type Step = 'server-changes' | 'connection-lost' | 'answer-late';
const steps = fc.array(
  fc.constantFrom<Step>('server-changes', 'server-changes', 'server-changes', 'connection-lost', 'answer-late'),
  { maxLength: 80, size: 'max' },
);

test('a feed ends with the newest state, without repetition or disorder', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 30 }), (script, keeps) => {
      const seen: number[] = [];
      let state = 0;
      let serverPosition = 0;
      let isSubscribed = false;
      const feed = createTopicFeed('alerts', {
        onSnapshot(snapshot) {
          state = (snapshot as unknown as { value: number }).value;
        },
        onChange(change) {
          seen.push(change.position);
          state = change.position;
        },
      });
      const subscribe = (changesBeforeAnswer: number): void => {
        const { since } = feed.request();
        const position = serverPosition;
        const answer =
          since !== undefined && position - since <= keeps
            ? {
                missed: Array.from({ length: position - since }, (_, index) => changeAt(since + index + 1)),
                position,
              }
            : { snapshot: { value: position } as never, position };
        // Changes may overtake the answer on their way.
        for (let index = 0; index < changesBeforeAnswer; index++) feed.received(changeAt(++serverPosition));
        feed.answered(answer);
        isSubscribed = true;
        expect(state).toBe(serverPosition);
      };
      subscribe(0);
      for (const step of script) {
        if (step === 'connection-lost') {
          feed.interrupted();
          isSubscribed = false;
        } else if (step === 'answer-late') {
          if (!isSubscribed) subscribe(3);
        } else {
          serverPosition += 1;
          if (isSubscribed) feed.received(changeAt(serverPosition));
        }
      }
      if (!isSubscribed) subscribe(0);
      expect(state).toBe(serverPosition);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    }),
  );
});

test('readings of the same position all count; an older change does not', () => {
  const types: string[] = [];
  const feed = createTopicFeed('device:D', { onSnapshot: () => undefined, onChange: ({ type }) => types.push(type) });
  feed.answered({ snapshot: {} as never, position: 7 });
  feed.received({ topic: 'device:D', position: 7, type: 'readings', data: [] });
  feed.received({ topic: 'device:D', position: 7, type: 'readings', data: [] });
  feed.received({ topic: 'device:D', position: 7, type: 'device.changed', data: {} as never });
  feed.received({ topic: 'device:D', position: 6, type: 'readings', data: [] });
  expect(types).toEqual(['readings', 'readings']);
});
