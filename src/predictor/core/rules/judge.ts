// One device's alarm rules, judged as its readings come: readings change the parts they concern, and at the end of each instant
// every rule concerned is settled once, so that readings of one instant are never seen half. Changes the given states in place.
import { freshSecondsOf } from '../../../contracts/condition-freshness.ts';
import { childrenOf, isClocked } from '../../../contracts/condition-tree.ts';
import type { Condition, GroupCondition, LeafCondition } from '../../../contracts/rule-conditions.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import { settleGroup } from './groups.ts';
import { breakHold, hear, isValue, type RuleReading, saidAt, silenceMsOf, takeReading, takeSilence } from './leaves.ts';
import type { RulePlan } from '../plan.ts';
import { NEVER_MS, type NodeState, type RuleState } from '../state.ts';
import { withinOf, type IsWithin } from './schedule.ts';

interface Part {
  condition: Condition;
  index: number;
  inner: readonly number[];
  /** Length of a silence; 0 for everything else. */
  silenceMs: number;
  /** How long what was heard of a value counts; 0 for everything else. */
  freshMs: number;
}

/** One version of a rule made ready. */
interface Ready {
  plan: RulePlan;
  /** Outermost first. */
  parts: readonly Part[];
  leaves: readonly Part[];
  isWithin: IsWithin;
  known: Known;
}

interface Judged {
  state: RuleState;
  isClocked: boolean;
  versions: readonly Ready[];
  /** Metrics any version reads; `null` in it: everything the device says. */
  metrics: ReadonlySet<string | null>;
  isConcerned: boolean;
  /** It went on or off since it was settled last. */
  hasTurned: boolean;
}

export interface RuleJudge {
  /** Something arrived, of any age and quality: what is silent is not. */
  heard(metric: string, receivedAtMs: EpochMs): void;
  take(reading: RuleReading, receivedAtMs: EpochMs): void;
  /** Ends an instant; true when a rule went on or off. */
  settle(atMs: EpochMs, receivedAtMs: EpochMs): boolean;
  /** Time passed and nothing was heard; true when a rule went on or off. */
  tick(nowMs: EpochMs, listeningSinceMs: EpochMs): boolean;
  /** When time alone may change something, `null` never. */
  dueMs(listeningSinceMs: EpochMs): EpochMs | null;
}

/** A schedule is looked at this often while a condition holds outside of it. */
const SCHEDULE_STEP_MS = 60_000;

/** What is known of a metric, or of the device where none is named. */
export interface Known {
  /** Seconds between two readings. */
  intervalOf(metric: string | undefined): number;
  /** When it was heard last, `NEVER_MS` never. */
  heardOf(metric: string | undefined): EpochMs;
}

export function createRuleJudge(plans: readonly RulePlan[], states: RuleState[], known: Known): RuleJudge {
  const ids = [...new Set(plans.map(({ id }) => id))];
  const rules = ids.map((id) =>
    openRule(
      plans.filter((plan) => plan.id === id),
      states,
      known,
    ),
  );
  const clocked = rules.filter((rule) => rule.isClocked);
  const byMetric = new Map<string, Judged[]>();
  const concernedBy = (metric: string): readonly Judged[] => {
    let found = byMetric.get(metric);
    if (found === undefined) {
      found = rules.filter(({ metrics }) => metrics.has(metric));
      byMetric.set(metric, found);
    }
    return found;
  };

  return {
    heard(metric, receivedAtMs) {
      for (const rule of clocked) {
        passStale(rule, receivedAtMs);
        const version = versionAt(rule, receivedAtMs);
        if (version === null) continue;
        for (const { condition, index } of version.leaves) {
          if (condition.kind !== 'no-data' || (condition.metric ?? metric) !== metric) continue;
          hear(nodeOf(rule, index), receivedAtMs);
          rule.isConcerned = true;
        }
      }
    },
    take(reading, receivedAtMs) {
      for (const rule of concernedBy(reading.metric)) {
        const atMs = rule.isClocked ? receivedAtMs : reading.atMs;
        passStale(rule, atMs);
        const version = versionAt(rule, atMs);
        if (version === null) continue;
        for (const { condition, index, freshMs } of version.leaves) {
          if (condition.kind === 'no-data' || (condition as LeafCondition).metric !== reading.metric) continue;
          takeReading(condition as LeafCondition, nodeOf(rule, index), { ...reading, atMs }, freshMs);
        }
        rule.isConcerned = true;
      }
    },
    settle(atMs, receivedAtMs) {
      let changed = false;
      for (const rule of rules) {
        if (!rule.isConcerned) continue;
        rule.isConcerned = false;
        settleRule(rule, rule.isClocked ? receivedAtMs : atMs);
        if (takeTurn(rule)) changed = true;
      }
      return changed;
    },
    tick(nowMs, listeningSinceMs) {
      let changed = false;
      for (const rule of clocked) {
        passStale(rule, nowMs);
        const version = versionAt(rule, nowMs);
        for (const { index, silenceMs } of version?.leaves ?? []) {
          if (silenceMs > 0) takeSilence(nodeOf(rule, index), silenceMs, nowMs, listeningSinceMs);
        }
        settleRule(rule, nowMs);
        if (takeTurn(rule)) changed = true;
      }
      return changed;
    },
    dueMs: (listeningSinceMs) => earliest(clocked.flatMap((rule) => duesOf(rule, listeningSinceMs))),
  };
}

function openRule(plans: readonly RulePlan[], states: RuleState[], known: Known): Judged {
  const versions = plans.map((plan) => makeReady(plan, known));
  const { id, version } = plans[0] as RulePlan;
  let state = states.find((one) => one.id === id);
  if (state === undefined) {
    state = { id, version, isOn: false, atMs: NEVER_MS, nodes: [] };
    states.push(state);
  }
  const leaves = versions.flatMap((ready) => ready.leaves);
  return {
    state,
    versions,
    isClocked: plans.some(({ condition }) => isClocked(condition)),
    metrics: new Set(leaves.map(({ condition }) => ('metric' in condition ? (condition.metric ?? null) : null))),
    isConcerned: false,
    hasTurned: false,
  };
}

function makeReady(plan: RulePlan, known: Known): Ready {
  const parts: Part[] = [];
  const add = (condition: Condition): number => {
    const index = parts.length;
    const silenceMs = condition.kind === 'no-data' ? silenceMsOf(condition, known.intervalOf(condition.metric)) : 0;
    const freshMs = isValue(condition) ? 1000 * freshSecondsOf(condition, known.intervalOf(condition.metric)) : 0;
    const part: Part = { condition, index, inner: [], silenceMs, freshMs };
    parts.push(part);
    part.inner = childrenOf(condition).map(add);
    return index;
  };
  add(plan.condition);
  return {
    plan,
    parts,
    leaves: parts.filter(({ inner }) => inner.length === 0),
    isWithin: withinOf(plan.schedule),
    known,
  };
}

const nodeOf = ({ state }: Judged, index: number): NodeState => state.nodes[index] as NodeState;

/** The version that counts at an instant, with the state made ready for it; `null` when none does. */
function versionAt({ state, versions }: Judged, atMs: EpochMs): Ready | null {
  const ready = versions.find(({ plan }) => atMs >= plan.effectiveFromMs && atMs < plan.untilMs);
  if (ready === undefined) return null;
  if (state.version !== ready.plan.version || state.nodes.length !== ready.parts.length) {
    // A new version learns afresh what it looks at; what is on stays on until it says that it is not.
    state.version = ready.plan.version;
    state.nodes = ready.parts.map((part) => newNode(part, ready.known));
  }
  return ready;
}

/** A silence began when the metric was heard last, be that before the rule was there. */
function newNode({ condition }: Part, known: Known): NodeState {
  const node: NodeState = { value: null, sinceMs: null, worst: 0, marks: [] };
  if (condition.kind !== 'no-data') return node;
  const heardMs = known.heardOf(condition.metric);
  return heardMs === NEVER_MS ? node : { ...node, value: false, sinceMs: heardMs };
}

function takeTurn(rule: Judged): boolean {
  const { hasTurned } = rule;
  rule.hasTurned = false;
  return hasTurned;
}

/**
 * Settles the rule at each instant before `untilMs` at which a value became unknown, so that a hold knows of a gap whenever the
 * next reading comes, and by whatever clock it is looked at.
 */
function passStale(rule: Judged, untilMs: EpochMs): void {
  const { state, versions } = rule;
  const ready = versions.find(({ plan }) => plan.version === state.version);
  const stale = (ready?.leaves ?? []).flatMap(({ index }) => state.nodes[index]?.freshToMs ?? []);
  const passed = stale.filter((atMs) => atMs > state.atMs && atMs < untilMs).sort((a, b) => a - b);
  for (const atMs of passed) settleRule(rule, atMs);
}

function settleRule(rule: Judged, instantMs: EpochMs): void {
  const { state } = rule;
  const atMs = Math.max(state.atMs, instantMs);
  const version = versionAt(rule, instantMs);
  const wasOn = state.isOn;
  state.atMs = atMs;
  if (version === null) {
    state.isOn = false;
    rule.hasTurned ||= wasOn;
    return;
  }
  settleParts(version, state, atMs);
  const value = saidAt(version.plan.condition, state.nodes[0] as NodeState, atMs);
  if (wasOn) state.isOn = value !== false;
  else state.isOn = value === true && version.isWithin(atMs);
  rule.hasTurned ||= state.isOn !== wasOn;
}

/** Innermost first: a part follows those it is made of. */
function settleParts({ parts }: Ready, { nodes }: RuleState, atMs: EpochMs): void {
  for (let index = parts.length - 1; index >= 0; index--) {
    const { condition, inner } = parts[index] as Part;
    const node = nodes[index] as NodeState;
    if (inner.length === 0) breakHold(condition, node, atMs);
    else {
      const said = inner.map((one) => saidAt((parts[one] as Part).condition, nodes[one] as NodeState, atMs));
      settleGroup(condition as GroupCondition, node, said, atMs);
    }
  }
}

const earliest = (times: readonly EpochMs[]): EpochMs | null =>
  times.reduce<EpochMs | null>((best, time) => (best === null || time < best ? time : best), null);

function duesOf({ state, versions }: Judged, listeningSinceMs: EpochMs): EpochMs[] {
  const changes = versions.flatMap(({ plan }) => [plan.effectiveFromMs, plan.untilMs]);
  const ready = versions.find(
    ({ plan, parts }) => plan.version === state.version && parts.length === state.nodes.length,
  );
  const waits = !state.isOn && state.nodes[0]?.value === true;
  return [
    ...changes.filter((atMs) => atMs >= state.atMs),
    ...(waits ? [state.atMs + SCHEDULE_STEP_MS] : []),
    ...(ready?.parts ?? []).flatMap(
      (part) => dueOf(part, state.nodes[part.index] as NodeState, { listeningSinceMs, settledMs: state.atMs }) ?? [],
    ),
  ];
}

interface Times {
  listeningSinceMs: EpochMs;
  settledMs: EpochMs;
}

function dueOf({ condition, silenceMs }: Part, state: NodeState, { listeningSinceMs, settledMs }: Times) {
  const { value, sinceMs, marks, freshToMs } = state;
  switch (condition.kind) {
    case 'no-data':
      return value === true || sinceMs === null ? null : Math.max(sinceMs, listeningSinceMs) + silenceMs;
    case 'duration':
      return value === true || sinceMs === null ? null : sinceMs + condition.forSeconds * 1000;
    case 'repeating':
      return value === true ? (marks[0] ?? 0) + condition.withinSeconds * 1000 : null;
    case 'threshold':
    case 'state':
    case 'rate':
      return freshToMs !== undefined && freshToMs > settledMs ? freshToMs : null;
    case 'all':
    case 'any':
      return null;
  }
}
