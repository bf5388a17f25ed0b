// Rules judged as readings come, against what their definition says of everything heard so far, looked at anew each time.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Condition, LeafCondition, NoDataCondition } from '../../../src/contracts/rule-conditions.ts';
import { isClocked, leavesOf, metricsOf } from '../../../src/contracts/condition-tree.ts';
import { createRuleJudge } from '../../../src/predictor/core/rules/judge.ts';
import { spansOf, without } from '../../../src/predictor/core/rules/in-force.ts';
import { STEPS } from '../../../src/predictor/core/rules/rate-window.ts';
import { createAssessor } from '../../../src/predictor/core/assess.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { type DeviceState, newDeviceState, NEVER_MS, type RuleState } from '../../../src/predictor/core/state.ts';
import { COOLER, START } from '../../support/predictor-signals.ts';
import { rulePlan } from '../../support/rule-plans.ts';

const MINUTE = 60_000;
const KNOWN = { intervalOf: () => 60, heardOf: () => NEVER_MS };
/** Of a value whose condition does not say. */
const FRESH_MS = 5 * MINUTE;

type Input =
  | { kind: 'readings'; atMs: number; values: Partial<Record<'a' | 'b', number>> }
  | { kind: 'tick'; atMs: number }
  /** Nothing comes, but time passes by the rule's own clock. */
  | { kind: 'moment'; atMs: number };

const SEED = { seed: 20_261_122, numRuns: 400 };

const level = fc.integer({ min: 0, max: 6 });
/** Left out, or shorter or longer than the pauses between readings. */
const fresh = fc
  .option(fc.integer({ min: 1, max: 9 }), { nil: null })
  .map((minutes) => (minutes === null ? {} : { freshSeconds: minutes * 60 }));
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .record({
      metric: fc.constantFrom('a', 'b'),
      above: level,
      clear: level,
      forMinutes: fc.integer({ min: 0, max: 4 }),
      fresh,
    })
    .map(
      ({ metric, above, clear, forMinutes, fresh: counts }): Condition => ({
        ...counts,
        kind: 'threshold',
        metric,
        above,
        clear: Math.min(above, clear),
        forSeconds: forMinutes * 60,
      }),
    ),
  fc
    .record({ metric: fc.constantFrom('a', 'b'), below: level, fresh })
    .map(({ metric, below, fresh: counts }): Condition => ({ kind: 'threshold', metric, below, ...counts })),
  fc
    .record({
      metric: fc.constantFrom('a', 'b'),
      values: fc.uniqueArray(level, { minLength: 1 }),
      forMinutes: fc.integer({ min: 0, max: 3 }),
      fresh,
    })
    .map(
      ({ metric, values, forMinutes, fresh: counts }): Condition => ({
        ...counts,
        kind: 'state',
        metric,
        in: values.map(String),
        forSeconds: forMinutes * 60,
      }),
    ),
  fc
    .record({ metric: fc.constantFrom('a', 'b'), above: fc.integer({ min: -3, max: 3 }) })
    .map(
      ({ metric, above }): Condition => ({ kind: 'rate', metric, above: above * 7, per: 'hour', overSeconds: 1200 }),
    ),
);
const silence: fc.Arbitrary<Condition> = fc
  .record({ metric: fc.constantFrom('a', 'b', undefined), minutes: fc.integer({ min: 2, max: 6 }) })
  .map(
    ({ metric, minutes }): Condition => ({ kind: 'no-data', ...(metric ? { metric } : {}), forSeconds: minutes * 60 }),
  );

const grouped = (inner: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
  fc.oneof(
    inner,
    fc
      .tuple(inner, fc.integer({ min: 1, max: 5 }))
      .map(([condition, minutes]): Condition => ({ kind: 'duration', forSeconds: minutes * 60, condition })),
    fc.tuple(inner, fc.integer({ min: 2, max: 3 }), fc.integer({ min: 3, max: 12 })).map(
      ([condition, times, minutes]): Condition => ({
        kind: 'repeating',
        times,
        withinSeconds: minutes * 60,
        condition,
      }),
    ),
    fc
      .tuple(fc.constantFrom('all', 'any'), fc.array(inner, { minLength: 2, maxLength: 3 }))
      .map(([kind, of]): Condition => ({ kind: kind as 'all' | 'any', of })),
  );

const inputs = fc
  .array(
    fc.record({
      step: fc.integer({ min: 1, max: 4 }),
      a: fc.option(level, { nil: undefined }),
      b: fc.option(level, { nil: undefined }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let atMs = START;
    return steps.map(({ step, a, b }): Input => {
      atMs += step * MINUTE;
      const values = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
      return Object.keys(values).length === 0 ? { kind: 'tick', atMs } : { kind: 'readings', atMs, values };
    });
  });

/** Whether the rule is on after each input. */
function judged(
  condition: Condition,
  given: readonly Input[],
  afterEach = (states: RuleState[]): RuleState[] => states,
): boolean[] {
  const plan = rulePlan(condition);
  let states: RuleState[] = [];
  let judge = createRuleJudge([plan], states, KNOWN);
  return given.map((input) => {
    if (input.kind !== 'readings') judge.tick(input.atMs, START);
    else {
      for (const metric of Object.keys(input.values)) judge.heard(metric, input.atMs);
      for (const [metric, value] of Object.entries(input.values)) {
        judge.take({ metric, atMs: input.atMs, value, label: String(value), spanMs: 0 }, input.atMs);
      }
      judge.settle(input.atMs, input.atMs);
    }
    const next = afterEach(states);
    if (next !== states) {
      states = next;
      judge = createRuleJudge([plan], states, KNOWN);
    }
    return states[0]?.isOn ?? false;
  });
}

type Value = Exclude<LeafCondition, NoDataCondition>;
const freshMsOf = ({ freshSeconds }: Value): number => (freshSeconds === undefined ? FRESH_MS : freshSeconds * 1000);

/** A value that was not measured for its time is unknown, whatever it was. */
const isFresh = (condition: Value, heard: readonly Input[], nowMs: number): boolean =>
  heard.some(
    (input) =>
      input.kind === 'readings' &&
      input.values[condition.metric as 'a' | 'b'] !== undefined &&
      input.atMs <= nowMs &&
      nowMs - input.atMs < freshMsOf(condition),
  );

/** The inputs, and each minute between them at which a value has just become unknown. */
function momentsOf(condition: Condition, heard: readonly Input[]): Input[] {
  const values = leavesOf(condition).filter((one): one is Value => one.kind !== 'no-data');
  const lastMs = heard.at(-1)?.atMs ?? START;
  const found = [...heard];
  for (let atMs = START; atMs < lastMs; atMs += MINUTE) {
    if (heard.some((input) => input.atMs === atMs)) continue;
    if (values.some((one) => isFresh(one, heard, atMs - MINUTE) && !isFresh(one, heard, atMs)))
      found.push({ kind: 'moment', atMs });
  }
  return found.sort((a, b) => a.atMs - b.atMs);
}

/** What the definition of a condition says after the inputs `heard`, of which those that concern the rule count. */
function truthOf(condition: Condition, heard: readonly Input[]): boolean | null {
  const isValue = condition.kind === 'threshold' || condition.kind === 'state' || condition.kind === 'rate';
  return isValue && !isFresh(condition, heard, heard.at(-1)?.atMs ?? START) ? null : heldTruthOf(condition, heard);
}

/** The same with what was heard last counting for ever. */
function heldTruthOf(condition: Condition, heard: readonly Input[]): boolean | null {
  const nowMs = heard.at(-1)?.atMs ?? START;
  const seriesOf = (metric: string) =>
    heard.flatMap((input) => {
      const value = input.kind === 'readings' ? input.values[metric as 'a' | 'b'] : undefined;
      return value === undefined ? [] : [{ atMs: input.atMs, value }];
    });
  const prefixes = () => heard.map((_, index) => truthOf(inner(), heard.slice(0, index + 1)));
  const inner = (): Condition => (condition as { condition: Condition }).condition;
  switch (condition.kind) {
    case 'threshold': {
      const beyond = (value: number) => ('above' in condition ? value > condition.above : value < condition.below);
      const clear = (value: number) =>
        'above' in condition
          ? value <= (condition.clear ?? condition.above)
          : value >= (condition.clear ?? condition.below);
      return heldOf(
        seriesOf(condition.metric),
        beyond,
        clear,
        (condition.forSeconds ?? 0) * 1000,
        freshMsOf(condition),
      );
    }
    case 'state': {
      const isIn = (value: number) => condition.in.includes(String(value));
      return heldOf(
        seriesOf(condition.metric),
        isIn,
        (value) => !isIn(value),
        (condition.forSeconds ?? 0) * 1000,
        freshMsOf(condition),
      );
    }
    case 'rate': {
      const readings = seriesOf(condition.metric);
      const rates = readings.map((_, index) => rateOf(readings.slice(0, index + 1), condition.overSeconds * 1000));
      const known = rates.flatMap((rate, index) =>
        rate === null ? [] : [{ atMs: readings[index]?.atMs ?? 0, value: rate }],
      );
      const above = (condition as { above: number }).above;
      return heldOf(
        known,
        (rate) => rate > above,
        (rate) => rate <= above,
        0,
        Infinity,
      );
    }
    case 'no-data': {
      const mine = heard.filter(
        (input) =>
          input.kind === 'readings' &&
          (condition.metric === undefined || input.values[condition.metric as 'a' | 'b'] !== undefined),
      );
      const lastMs = mine.at(-1)?.atMs;
      if (lastMs === undefined) return null;
      const forMs = (condition as { forSeconds: number }).forSeconds * 1000;
      return heard.some((input) => input.kind === 'tick' && input.atMs > lastMs && input.atMs - lastMs >= forMs);
    }
    case 'duration': {
      const values = prefixes();
      if (values.at(-1) !== true) return values.at(-1) ?? null;
      const from =
        values.lastIndexOf(false) > values.lastIndexOf(null) ? values.lastIndexOf(false) : values.lastIndexOf(null);
      return nowMs - (heard[from + 1]?.atMs ?? 0) >= condition.forSeconds * 1000;
    }
    case 'repeating': {
      const values = prefixes();
      const begins = values.flatMap((value, index) =>
        value === true && values[index - 1] !== true ? [heard[index]?.atMs ?? 0] : [],
      );
      if (begins.length === 0) return values.at(-1) ?? null;
      return begins.filter((atMs) => atMs > nowMs - condition.withinSeconds * 1000).length >= condition.times;
    }
    default: {
      const values = condition.of.map((part) => truthOf(part, heard));
      const decides = condition.kind === 'any';
      if (values.includes(decides)) return decides;
      return values.includes(null) ? null : !decides;
    }
  }
}

interface At {
  atMs: number;
  value: number;
}

/** On when some run of values beyond the limit lasted long enough without a gap and nothing has been clear since. */
function heldOf(
  series: readonly At[],
  beyond: (value: number) => boolean,
  clear: (value: number) => boolean,
  forMs: number,
  gapMs: number,
): boolean | null {
  const isNear = ({ atMs }: At, next: At | undefined): boolean => next === undefined || next.atMs - atMs <= gapMs;
  if (series.length === 0) return null;
  return series.some((to, end) =>
    series
      .slice(0, end + 1)
      .some(
        (from, start) =>
          to.atMs - from.atMs >= forMs &&
          series.slice(start, end + 1).every(({ value }) => beyond(value)) &&
          series.slice(start, end).every((one, index) => isNear(one, series[start + index + 1])) &&
          series.slice(end + 1).every(({ value }) => !clear(value)),
      ),
  );
}

/** Least squares through the means of steps of equal length. */
function rateOf(series: readonly At[], windowMs: number): number | null {
  const stepMs = windowMs / STEPS;
  const newest = Math.floor((series.at(-1)?.atMs ?? 0) / stepMs);
  const steps = [...new Set(series.map(({ atMs }) => Math.floor(atMs / stepMs)))].filter(
    (step) => step > newest - STEPS,
  );
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const points = steps.map((step) => {
    const own = series.filter(({ atMs }) => Math.floor(atMs / stepMs) === step);
    return { t: mean(own.map(({ atMs }) => (atMs - START) / 3_600_000)), v: mean(own.map(({ value }) => value)) };
  });
  const first = points[0];
  const last = points.at(-1);
  if (
    points.length < 3 ||
    first === undefined ||
    last === undefined ||
    (last.t - first.t) * 3_600_000 < windowMs / 2 - 1e-6
  )
    return null;
  const t = mean(points.map((point) => point.t));
  const v = mean(points.map((point) => point.v));
  const slope =
    points.reduce((sum, point) => sum + (point.t - t) * (point.v - v), 0) /
    points.reduce((sum, point) => sum + (point.t - t) ** 2, 0);
  // A slope of nothing is nothing, whatever the rounding.
  return Math.abs(slope) < 1e-9 ? 0 : slope;
}

function expected(condition: Condition, given: readonly Input[]): boolean[] {
  const concerns = (input: Input): boolean =>
    input.kind !== 'readings'
      ? isClocked(condition)
      : isOfDevice(condition) || metricsOf(condition).some((metric) => input.values[metric as 'a' | 'b'] !== undefined);
  const moments = momentsOf(condition, given.filter(concerns));
  const ons: { atMs: number; isOn: boolean }[] = [];
  for (const [index, { atMs }] of moments.entries()) {
    const value = truthOf(condition, moments.slice(0, index + 1));
    ons.push({ atMs, isOn: value ?? ons.at(-1)?.isOn ?? false });
  }
  const lastOf = (atMs: number): number => given.findLast((input) => input.atMs <= atMs && concerns(input))?.atMs ?? 0;
  return given.map(({ atMs }) => ons.findLast((one) => one.atMs <= lastOf(atMs))?.isOn ?? false);
}

const isOfDevice = (condition: Condition): boolean =>
  condition.kind === 'no-data'
    ? condition.metric === undefined
    : 'of' in condition
      ? condition.of.some(isOfDevice)
      : 'condition' in condition && isOfDevice(condition.condition);

describe('a rule', () => {
  test.each([
    ['a leaf', leaf],
    ['silence', silence],
    ['a group of leaves', grouped(leaf)],
    ['a group of groups', grouped(grouped(leaf))],
    ['silence among others', grouped(fc.oneof(leaf, silence))],
  ] as const)('law: %s is on exactly when its definition says so', (_, conditions) => {
    fc.assert(
      fc.property(conditions, inputs, (condition, given) => {
        expect(judged(condition, given)).toEqual(expected(condition, given));
      }),
      SEED,
    );
  });

  test('law: killed and restored after every input, it judges the same', () => {
    fc.assert(
      fc.property(grouped(fc.oneof(leaf, silence)), inputs, (condition, given) => {
        const restored = (states: RuleState[]): RuleState[] => JSON.parse(JSON.stringify(states)) as RuleState[];
        expect(judged(condition, given, restored)).toEqual(judged(condition, given));
      }),
      SEED,
    );
  });
});

describe('episodes of a rule', () => {
  const REFRACTORY = 10 * MINUTE;
  const RULE = rulePlan({ kind: 'threshold', metric: 'flow', above: 3, clear: 2 }, { refractoryMs: REFRACTORY });
  const PLAN = planOf(COOLER, [RULE]);

  /** What is raised and cleared, killed and restored after the readings that `cuts` names. */
  function told(values: readonly number[], cuts: ReadonlySet<number>): { kind: string; atMs: number }[] {
    let state = newDeviceState();
    let assessor = createAssessor(PLAN, state);
    return values.flatMap((value, minute) => {
      const measuredAtMs = START + minute * MINUTE;
      const readings = [{ metric: 'flow', measuredAtMs, value, quality: 0 }];
      const effects = assessor.observe({ receivedAtMs: measuredAtMs, readings });
      if (cuts.has(minute)) {
        state = JSON.parse(JSON.stringify(state)) as DeviceState;
        assessor = createAssessor(PLAN, state);
      }
      return effects.flatMap((effect) =>
        (effect.kind === 'raise' && effect.subject.rule !== null) ||
        (effect.kind === 'clear' && effect.cause === 'rule:7')
          ? [{ kind: effect.kind, atMs: effect.atMs }]
          : [],
      );
    });
  }
  const values = fc.array(level, { minLength: 1, maxLength: 120 });
  const cuts = fc.uniqueArray(fc.nat(119)).map((minutes) => new Set(minutes));

  test('law: one is open at a time, and the next begins no sooner than the refractory time after it cleared', () => {
    fc.assert(
      fc.property(values, cuts, (given, killed) => {
        const effects = told(given, killed);
        effects.forEach(({ kind, atMs }, index) => {
          expect(kind).toBe(index % 2 === 0 ? 'raise' : 'clear');
          const before = effects[index - 1];
          if (kind === 'raise' && before !== undefined) expect(atMs - before.atMs).toBeGreaterThanOrEqual(REFRACTORY);
        });
      }),
      SEED,
    );
  });

  test('law: a kill changes none of them', () => {
    fc.assert(
      fc.property(values, cuts, (given, killed) => {
        expect(told(given, killed)).toEqual(told(given, new Set()));
      }),
      SEED,
    );
  });
});

describe('what is in force', () => {
  const decisions = fc.array(
    fc.record({
      decision: fc.constantFrom('activated' as const, 'deactivated' as const),
      fromMs: fc.integer({ min: 0, max: 20 }),
    }),
    { maxLength: 8 },
  );

  test('law: at any instant the last decision that is effective by then counts, unless a later one called it off', () => {
    fc.assert(
      fc.property(decisions, fc.integer({ min: 0, max: 20 }), (made, atMs) => {
        const standing = made.filter((one, index) => made.slice(index + 1).every((later) => later.fromMs > one.fromMs));
        const last = standing
          .filter(({ fromMs }) => fromMs <= atMs)
          .sort((a, b) => a.fromMs - b.fromMs)
          .at(-1);
        const span = spansOf(made).filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
        expect(span.map(({ by }) => by)).toEqual(last?.decision === 'activated' ? [last] : []);
      }),
      SEED,
    );
  });

  test('law: an instant is left of a span exactly when no cut holds it', () => {
    const spans = fc
      .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 9 }))
      .map(([fromMs, ms]) => ({ fromMs, untilMs: fromMs + ms }));
    fc.assert(
      fc.property(spans, fc.array(spans, { maxLength: 4 }), fc.integer({ min: 0, max: 30 }), (span, cuts, atMs) => {
        const holds = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }): boolean =>
          fromMs <= atMs && atMs < untilMs;
        expect(without(span, cuts).filter(holds).length).toBe(holds(span) && !cuts.some(holds) ? 1 : 0);
      }),
      SEED,
    );
  });
});
