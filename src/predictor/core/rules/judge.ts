// One device's alarm rules, judged as its readings come: readings change the parts they concern, and at the end of each instant
// every rule concerned is settled once, so that readings of one instant are never seen half. Changes the given states in place.
import { childrenOf, isClocked } from '../../../contracts/condition-tree.ts';
import type { Condition, GroupCondition, LeafCondition } from '../../../contracts/rule-conditions.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import { settleGroup } from './groups.ts';
import { hear, silenceMsOf, takeReading, takeSilence, type RuleReading } from './leaves.ts';
import type { RulePlan } from '../plan.ts';
import { NEVER_MS, type NodeState, type RuleState } from '../state.ts';
import { withinOf, type IsWithin } from './schedule.ts';

interface Part {
  condition: Condition;
  index: number;
  inner: readonly number[];
  /** Length of a silence; 0 for everything else. */
  silenceMs: number;
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
        const version = versionAt(rule, atMs);
        if (version === null) continue;
        for (const { condition, index } of version.leaves) {
          if (condition.kind === 'no-data' || (condition as LeafCondition).metric !== reading.metric) continue;
          takeReading(condition as LeafCondition, nodeOf(rule, index), { ...reading, atMs });
        }
        rule.isConcerned = true;
      }
    },
    settle(atMs, receivedAtMs) {
      let changed = false;
      for (const rule of rules) {
        if (!rule.isConcerned) continue;
        rule.isConcerned = false;
        if (settleRule(rule, rule.isClocked ? receivedAtMs : atMs)) changed = true;
      }
      return changed;
    },
    tick(nowMs, listeningSinceMs) {
      let changed = false;
      for (const rule of clocked) {
        const version = versionAt(rule, nowMs);
        for (const { index, silenceMs } of version?.leaves ?? []) {
          if (silenceMs > 0) takeSilence(nodeOf(rule, index), silenceMs, nowMs, listeningSinceMs);
        }
        if (settleRule(rule, nowMs)) changed = true;
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
  };
}

function makeReady(plan: RulePlan, known: Known): Ready {
  const parts: Part[] = [];
  const add = (condition: Condition): number => {
    const index = parts.length;
    const silenceMs = condition.kind === 'no-data' ? silenceMsOf(condition, known.intervalOf(condition.metric)) : 0;
    const part: Part = { condition, index, inner: [], silenceMs };
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

function settleRule(rule: Judged, instantMs: EpochMs): boolean {
  const { state } = rule;
  const atMs = Math.max(state.atMs, instantMs);
  const version = versionAt(rule, instantMs);
  const wasOn = state.isOn;
  state.atMs = atMs;
  if (version === null) {
    state.isOn = false;
    return wasOn;
  }
  settleParts(version, state, atMs);
  const { value } = state.nodes[0] as NodeState;
  if (wasOn) state.isOn = value !== false;
  else state.isOn = value === true && version.isWithin(atMs);
  return state.isOn !== wasOn;
}

/** Innermost first: a part follows those it is made of. */
function settleParts({ parts }: Ready, { nodes }: RuleState, atMs: EpochMs): void {
  for (let index = parts.length - 1; index >= 0; index--) {
    const { condition, inner } = parts[index] as Part;
    if (inner.length === 0) continue;
    const states = inner.map((at) => nodes[at] as NodeState);
    settleGroup(condition as GroupCondition, nodes[index] as NodeState, states, atMs);
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
      (part) => dueOf(part, state.nodes[part.index] as NodeState, listeningSinceMs) ?? [],
    ),
  ];
}

function dueOf({ condition, silenceMs }: Part, { value, sinceMs, marks }: NodeState, listeningSinceMs: EpochMs) {
  switch (condition.kind) {
    case 'no-data':
      return value === true || sinceMs === null ? null : Math.max(sinceMs, listeningSinceMs) + silenceMs;
    case 'duration':
      return value === true || sinceMs === null ? null : sinceMs + condition.forSeconds * 1000;
    case 'repeating':
      return value === true ? (marks[0] ?? 0) + condition.withinSeconds * 1000 : null;
    default:
      return null;
  }
}
