// The history of commands on screen: whatever comes in whatever order, the newest version of each is shown once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMMAND_STEPS, type CommandState, type CommandStepName, stepped } from '../../../src/contracts/commands.ts';
import type { Command } from '../../../src/contracts/http/commands.ts';
import { mergeCommands, newerOf } from '../../../src/dashboard/views/commands/command-order.ts';

const commandOf = (request: string, number: number, state: CommandState, attempts: number): Command => ({
  request,
  device: 'D-1',
  name: 'self-test',
  title: { en: 'Self-test', zh: '自检' },
  args: {},
  state,
  reason: 'a drill',
  requestedBy: 'a@example.test',
  requestedAt: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
  expiresAt: '2026-02-01T00:00:00.000Z',
  attempts,
  sentAt: null,
  deliveredAt: null,
  replyWithinS: 60,
  settledAt: null,
  reply: null,
  cancelledBy: null,
  cancelReason: null,
});

/** Every version of one command on a legal way. */
const versions = (number: number) =>
  fc.array(fc.constantFrom(...(Object.keys(COMMAND_STEPS) as CommandStepName[])), { maxLength: 12 }).map((steps) => {
    const all = [commandOf(`r${number}`, number, 'queued', 0)];
    for (const step of steps) {
      const { state, attempts } = all.at(-1) as Command;
      const next = stepped(state, step);
      if (next) all.push(commandOf(`r${number}`, number, next, attempts + (step === 'send' ? 1 : 0)));
    }
    return all;
  });

test('of two versions the later one is taken, whichever comes first', () => {
  fc.assert(
    fc.property(versions(1), fc.nat(), fc.nat(), (all, a, b) => {
      const [i, j] = [a % all.length, b % all.length];
      const later = all[Math.max(i, j)];
      expect(newerOf(all[i], all[j] as Command)).toEqual(later);
    }),
  );
});

test('each command is there once, newest first, in its newest version', () => {
  const histories = fc
    .integer({ min: 1, max: 6 })
    .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => versions(i))));
  fc.assert(
    fc.property(histories, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), fc.nat(), (all, picks, cut) => {
      const newestFirst = [...all].reverse();
      const pick = (one: Command[], at: number): Command => one[(picks[at] ?? 0) % one.length] as Command;
      // The page was read some time ago and lacks the newest; the live changes hold everything.
      const paged = newestFirst.slice(cut % newestFirst.length).map((one, i) => pick(one, i));
      const changed = new Map(newestFirst.map((one) => [(one[0] as Command).request, one.at(-1) as Command]));
      expect(mergeCommands(paged, changed)).toEqual(newestFirst.map((one) => one.at(-1)));
    }),
  );
});
