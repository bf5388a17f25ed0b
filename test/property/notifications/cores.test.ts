// The laws of telling people: who is told after how long, what waits for the morning, what goes into one message, and when
// a try is made again.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepOf } from '../../../src/notifications/core/escalation.ts';
import { type Earlier, placeOf } from '../../../src/notifications/core/grouping.ts';
import { quietUntilMs, wallMinutes } from '../../../src/notifications/core/quiet-hours.ts';
import { LONGEST_RETRY_MS, retryAfterMs } from '../../../src/notifications/core/retries.ts';
import { SEVERITIES } from '../../../src/contracts/work-order-states.ts';

const MINUTE = 60_000;

describe('escalation', () => {
  const policies = fc.record({
    levels: fc
      .uniqueArray(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 5 })
      .map((minutes) => minutes.sort((a, b) => a - b).map((afterMinutes) => ({ afterMinutes }))),
    repeatMinutes: fc.option(fc.integer({ min: 5, max: 600 }), { nil: null }),
  });

  test('however often one looks, each level is told once, in order, never before its time', () => {
    fc.assert(
      fc.property(policies, fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 40 }), (policy, pauses) => {
        const progress = { level: 0, startedAtMs: 0, toldAtMs: null as number | null };
        let nowMs = 0;
        const told: number[] = [];
        for (const pause of [0, ...pauses]) {
          nowMs += pause * MINUTE;
          const step = stepOf(policy, progress, nowMs);
          for (const { level, occasion } of step.tell) {
            if (occasion !== 'escalated') continue;
            told.push(level);
            expect(nowMs).toBeGreaterThanOrEqual((policy.levels[level - 1]?.afterMinutes ?? 0) * MINUTE);
          }
          if (step.nextAtMs !== null) expect(step.nextAtMs).toBeGreaterThan(nowMs);
          Object.assign(progress, { level: step.level, toldAtMs: step.tell.length > 0 ? nowMs : progress.toldAtMs });
        }
        const due = policy.levels.filter(({ afterMinutes }) => afterMinutes * MINUTE <= nowMs).length;
        expect(told).toEqual(Array.from({ length: due }, (_, index) => index + 1));
      }),
    );
  });

  test('looking at the times it names tells as much as looking every minute', () => {
    const run = (policy: Parameters<typeof stepOf>[0], everyMinute: boolean): string[] => {
      const progress = { level: 0, startedAtMs: 0, toldAtMs: null as number | null };
      const told: string[] = [];
      for (let nowMs = 0; nowMs <= 1_500 * MINUTE; ) {
        const step = stepOf(policy, progress, nowMs);
        for (const { level, occasion } of step.tell) told.push(`${nowMs / MINUTE} ${occasion} ${level}`);
        Object.assign(progress, { level: step.level, toldAtMs: step.tell.length > 0 ? nowMs : progress.toldAtMs });
        nowMs = everyMinute ? nowMs + MINUTE : (step.nextAtMs ?? Infinity);
      }
      return told;
    };
    fc.assert(
      fc.property(policies, (policy) => {
        expect(run(policy, false)).toEqual(run(policy, true));
      }),
      { numRuns: 30 },
    );
  });

  test('for example: at once, after 15 minutes, and every hour', () => {
    const policy = { levels: [{ afterMinutes: 0 }, { afterMinutes: 15 }], repeatMinutes: 60 };
    expect(stepOf(policy, { level: 0, startedAtMs: 0, toldAtMs: null }, 0)).toEqual({
      tell: [{ level: 1, occasion: 'escalated' }],
      level: 1,
      nextAtMs: 15 * MINUTE,
    });
    expect(stepOf(policy, { level: 2, startedAtMs: 0, toldAtMs: 15 * MINUTE }, 75 * MINUTE)).toEqual({
      tell: [{ level: 2, occasion: 'repeated' }],
      level: 2,
      nextAtMs: 135 * MINUTE,
    });
  });
});

describe('quiet hours', () => {
  const times = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([hours, minutes]) => `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`);
  const zones = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'UTC', 'Asia/Kolkata');
  const instants = fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2027-12-31') });

  test('end when the wall clock says so, also on days on which the clocks change', () => {
    fc.assert(
      fc.property(times, times, zones, instants, (from, to, zone, nowMs) => {
        const until = quietUntilMs({ from, to }, zone, nowMs);
        if (until === null) return;
        expect(until).toBeGreaterThan(nowMs);
        expect(until - nowMs).toBeLessThanOrEqual(26 * 3_600_000);
        expect(quietUntilMs({ from, to }, zone, until)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  test('for example: from ten in the evening to seven, in Shanghai', () => {
    const quiet = { from: '22:00', to: '07:00' };
    const at = (text: string) => Date.parse(`${text}+08:00`);
    expect(quietUntilMs(quiet, 'Asia/Shanghai', at('2026-03-02T23:30:00'))).toBe(at('2026-03-03T07:00:00'));
    expect(quietUntilMs(quiet, 'Asia/Shanghai', at('2026-03-03T06:59:59'))).toBe(at('2026-03-03T07:00:00'));
    expect(quietUntilMs(quiet, 'Asia/Shanghai', at('2026-03-03T07:00:00'))).toBeNull();
    expect(wallMinutes(at('2026-03-03T00:05:00'), 'Asia/Shanghai')).toBe(5);
  });
});

describe('grouping', () => {
  const kin = fc.record({
    site: fc.constantFrom('a', 'b', 'c'),
    cause: fc.constantFrom('x', 'y', 'z'),
    severity: fc.constantFrom(...SEVERITIES),
  });

  test('every alert has its place, and what is told together has something in common', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(kin, fc.integer({ min: 0, max: 40_000 })), { maxLength: 60 }), (alerts) => {
        let nowMs = 0;
        const notes: (Earlier & { members: { site: string; cause: string }[] })[] = [];
        for (const [alert, pauseMs] of alerts) {
          nowMs += pauseMs;
          for (const note of notes) {
            if (note.isWaiting && note.dueAtMs <= nowMs) Object.assign(note, { isWaiting: false, atMs: note.dueAtMs });
          }
          const place = placeOf(alert, notes, { nowMs, quietUntilMs: null });
          if (place.kind === 'join') {
            const note = notes[place.id] as (typeof notes)[number];
            Object.assign(note, { site: place.site, cause: place.cause, dueAtMs: place.dueAtMs });
            note.members.push(alert);
          } else {
            const { site, cause } = alert;
            const { heldFor, dueAtMs } = place;
            notes.push({
              id: notes.length,
              site,
              cause,
              isWaiting: true,
              heldFor,
              dueAtMs,
              atMs: nowMs,
              members: [alert],
            });
          }
        }
        expect(notes.flatMap(({ members }) => members)).toHaveLength(alerts.length);
        for (const { members } of notes) {
          const [first] = members;
          const isOne =
            members.every(({ site }) => site === first?.site) || members.every(({ cause }) => cause === first?.cause);
          expect(isOne).toBe(true);
        }
      }),
    );
  });

  test('a storm of one site is two messages, however many alerts it has', () => {
    const notes: Earlier[] = [];
    for (let nowMs = 0; nowMs < 240_000; nowMs += 1_000) {
      for (const note of notes) {
        if (note.isWaiting && note.dueAtMs <= nowMs) Object.assign(note, { isWaiting: false, atMs: note.dueAtMs });
      }
      const alert = { site: 'a', cause: `c${nowMs}`, severity: 'major' } as const;
      const place = placeOf(alert, notes, { nowMs, quietUntilMs: null });
      if (place.kind === 'join') Object.assign(notes[place.id] as Earlier, place, { isWaiting: true });
      else notes.push({ id: notes.length, ...alert, ...place, isWaiting: true, atMs: nowMs });
    }
    expect(notes).toHaveLength(2);
  });

  test('in quiet hours everything waits in one message for their end', () => {
    const first = placeOf({ site: 'a', cause: 'x', severity: 'minor' }, [], { nowMs: 0, quietUntilMs: 9_000_000 });
    expect(first).toEqual({ kind: 'begin', dueAtMs: 9_000_000, heldFor: 'quiet-hours' });
    const waiting: Earlier = {
      id: 7,
      site: 'a',
      cause: 'x',
      isWaiting: true,
      heldFor: 'quiet-hours',
      dueAtMs: 9_000_000,
      atMs: 0,
    };
    expect(
      placeOf({ site: 'b', cause: 'y', severity: 'major' }, [waiting], { nowMs: 5, quietUntilMs: 9_000_000 }),
    ).toMatchObject({
      kind: 'join',
      id: 7,
      dueAtMs: 9_000_000,
    });
    // A critical one passes them: the caller gives no end.
    expect(
      placeOf({ site: 'a', cause: 'x', severity: 'critical' }, [waiting], { nowMs: 5, quietUntilMs: null }),
    ).toMatchObject({
      kind: 'begin',
      dueAtMs: 2_005,
    });
  });
});

test('tries come further and further apart, within their limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, chance) => {
      const waitMs = retryAfterMs(attempts, chance);
      expect(waitMs).toBeGreaterThanOrEqual(5_000);
      expect(waitMs).toBeLessThanOrEqual(LONGEST_RETRY_MS);
      expect(retryAfterMs(attempts + 1, chance)).toBeGreaterThanOrEqual(waitMs);
    }),
  );
});
