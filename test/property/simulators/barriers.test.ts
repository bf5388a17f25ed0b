// A point of the stream counts as reached when every message before it is acknowledged, in whatever order that happens.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBarriers } from '../../../src/simulators/replay/barriers.ts';

test('a mark passes exactly when the last message before it is acknowledged', () => {
  const steps = fc.array(fc.oneof(fc.constant('mark' as const), fc.constant('send' as const)), { maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat()), (plan, chances) => {
      const passed: number[] = [];
      const barriers = createBarriers<number>((mark) => passed.push(mark));
      const waiting: { number: number; settle: () => void }[] = [];
      const settled = new Set<number>();
      const marks: { mark: number; after: number }[] = [];
      let sent = 0;
      const expected = (): number[] =>
        marks
          .filter(({ after }) => Array.from({ length: after }, (_, i) => i + 1).every((one) => settled.has(one)))
          .map(({ mark }) => mark);
      const settleOne = (): void => {
        const [one] = waiting.splice(chances.next().value % waiting.length, 1);
        if (!one) return;
        settled.add(one.number);
        one.settle();
        expect(passed).toEqual(expected());
      };
      for (const step of plan) {
        if (step === 'send') waiting.push({ number: ++sent, settle: barriers.sent() });
        else {
          marks.push({ mark: marks.length, after: sent });
          barriers.mark(marks.length - 1);
        }
        if (waiting.length > 0 && chances.next().value % 2 === 0) settleOne();
        expect(passed).toEqual(expected());
      }
      while (waiting.length > 0) settleOne();
      expect(passed).toHaveLength(marks.length);
    }),
  );
});
