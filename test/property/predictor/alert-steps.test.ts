// The table of an alert's steps: what it offers leads on, and nothing leads back from the end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALERT_ACTIONS, ALERT_STEPS, mayAct, possibleActions } from '../../../src/contracts/alert-steps.ts';
import { ALERT_STATES } from '../../../src/contracts/work-order-states.ts';

const handled = fc.record({
  state: fc.constantFrom(...ALERT_STATES),
  isCleared: fc.boolean(),
  isShelved: fc.boolean(),
});

describe('the steps of an alert', () => {
  test('never lead back to an earlier state', () => {
    fc.assert(
      fc.property(handled, fc.array(fc.constantFrom(...ALERT_ACTIONS), { maxLength: 20 }), (start, actions) => {
        let alert = start;
        for (const action of actions) {
          if (!mayAct(action, alert)) continue;
          const state = ALERT_STEPS[action].to ?? alert.state;
          expect(ALERT_STATES.indexOf(state)).toBeGreaterThanOrEqual(ALERT_STATES.indexOf(alert.state));
          const isShelved = action === 'shelve' || (alert.isShelved && action !== 'unshelve');
          alert = { isCleared: alert.isCleared, state, isShelved };
        }
      }),
    );
  });

  test('can always be commented and, short of the end, always be ended', () => {
    fc.assert(
      fc.property(handled, (alert) => {
        const possible = possibleActions(alert);
        expect(possible).toContain('comment');
        if (alert.state !== 'closed')
          expect(possible.some((action) => ['resolve', 'close'].includes(action))).toBe(true);
        else expect(possible).toEqual(['comment']);
      }),
    );
  });
});
