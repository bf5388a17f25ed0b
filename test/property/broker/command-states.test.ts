// The laws of a command's life: whatever happens in whatever order, every state is reached by a step of the table, a
// final state stays, and one command has one end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkArguments, DEFAULT_COMMANDS, definitionFaults } from '../../../src/contracts/command-catalogue.ts';
import {
  COMMAND_STATES,
  COMMAND_STEPS,
  type CommandState,
  type CommandStepName,
  isOpenCommand,
  stepped,
} from '../../../src/contracts/commands.ts';
import { type Asked, receive } from '../../../src/broker/commands/replies.ts';

const STEPS = Object.keys(COMMAND_STEPS) as CommandStepName[];

describe('the states of a command', () => {
  test('no order of steps leads out of a final state or anywhere the table does not', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STEPS), { maxLength: 40 }), (steps) => {
        let state: CommandState = 'queued';
        let ends = 0;
        for (const step of steps) {
          const next = stepped(state, step);
          if (!isOpenCommand(state)) expect(next).toBeNull();
          if (next === null) continue;
          expect(COMMAND_STEPS[step].from).toContain(state);
          if (!isOpenCommand(next)) ends += 1;
          state = next;
        }
        expect(ends).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('every state can be reached, and from every open one an end', () => {
    const reached = new Set<CommandState>(['queued']);
    for (let size = 0; size < reached.size; ) {
      size = reached.size;
      for (const state of reached) for (const step of STEPS) reached.add(stepped(state, step) ?? state);
    }
    expect([...reached].sort()).toEqual([...COMMAND_STATES].sort());
    for (const state of COMMAND_STATES.filter(isOpenCommand)) {
      const next = STEPS.map((step) => stepped(state, step)).filter((to) => to !== null);
      expect(next.some((to) => !isOpenCommand(to))).toBe(true);
    }
  });

  test('only what was never sent can be cancelled, only what was delivered can time out', () => {
    expect(COMMAND_STATES.filter((state) => stepped(state, 'cancel'))).toEqual(['queued']);
    expect(COMMAND_STATES.filter((state) => stepped(state, 'time-out'))).toEqual(['delivered']);
  });
});

describe('a reply', () => {
  const asked = fc.record({
    deviceId: fc.integer({ min: 1, max: 3 }),
    state: fc.constantFrom(...COMMAND_STATES),
    attempts: fc.integer({ min: 0, max: 3 }),
    isAnswered: fc.boolean(),
  });
  const reply = fc.record({
    deviceId: fc.integer({ min: 1, max: 3 }),
    status: fc.constantFrom('done' as const, 'failed' as const),
  });

  test('ends at most the command that was sent to its own device and is not answered yet', () => {
    fc.assert(
      fc.property(fc.option(asked, { nil: undefined }), reply, (command, answer) => {
        const reception = receive(command, answer);
        const isOurs = command?.deviceId === answer.deviceId && command.attempts > 0;
        expect(reception === 'unasked').toBe(!isOurs);
        if (reception === 'settle') {
          expect(isOpenCommand((command as Asked).state)).toBe(true);
          expect((command as Asked).isAnswered).toBe(false);
        }
        if (reception === 'keep') expect((command as Asked).isAnswered).toBe(false);
      }),
    );
  });
});

describe('the catalogue', () => {
  test('that every device is expected to know is sound', () => {
    expect(DEFAULT_COMMANDS.flatMap(definitionFaults)).toEqual([]);
  });

  test('takes arguments within their bounds, refuses all others with what to send', () => {
    const definition = DEFAULT_COMMANDS.find(({ code }) => code === 'set-interval');
    if (!definition) throw new Error('no set-interval');
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double(), fc.string(), fc.boolean(), fc.constant(null)), (intervalS) => {
        const checked = checkArguments(definition, { intervalS });
        const isFit = Number.isSafeInteger(intervalS) && (intervalS as number) >= 1 && (intervalS as number) <= 3600;
        expect(checked.ok).toBe(isFit);
        if (!checked.ok) expect(checked.faults).toEqual(['args.intervalS: send an integer from 1 to 3600 s']);
      }),
    );
  });

  test('fills in defaults and names what it does not know', () => {
    const log = DEFAULT_COMMANDS.find(({ code }) => code === 'upload-log');
    if (!log) throw new Error('no upload-log');
    expect(checkArguments(log, {})).toEqual({ ok: true, args: { lines: 100 } });
    expect(checkArguments(log, { row: 1, __proto__x: 2 })).toEqual({
      ok: false,
      faults: [
        'args.row: upload-log has no such argument; it takes lines',
        'args.__proto__x: upload-log has no such argument; it takes lines',
      ],
    });
  });
});
