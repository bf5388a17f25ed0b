// The course of a device's faults: which planned faults are developing now and how far, which have failed, what a repair
// undoes, and the ground truth of it all. It knows nothing of metrics: models turn a stage into readings.
import { DAY_MS, isoOf } from '../contracts/time.ts';

/** `look-alike` shows the early sign of a failure mode for a benign cause, and goes away by itself. */
export type FaultKind = 'wear' | 'abrupt' | 'look-alike';

export interface PlannedFault {
  component: string;
  failureMode: string;
  kind: FaultKind;
  onsetMs: number;
  /** When the device fails, or for a look-alike when the sign has gone. */
  endMs: number;
  /** Wear days per calendar day: the unit's own pace times the time scale. */
  pace: number;
  detail: string;
  /** A repair nobody has to ask for, so that an unattended fleet keeps running. */
  repairedMs?: number;
}

export interface Stage {
  /** Days of wear behind the early sign, 0 when healthy. */
  days: number;
  hasFailed: boolean;
}

/** `full` makes the component as new, `partial` sets its wear back, `cause` finds and removes what only looked like wear. */
export type RepairEffect = 'full' | 'partial' | 'cause';

export interface TruthLine {
  device: string;
  component: string;
  failureMode: string;
  kind: FaultKind | 'channel';
  onset: string;
  failure: string | null;
  detail: string;
}

export interface FaultChange {
  fault: PlannedFault;
  change: 'failed' | 'repaired';
}

export interface FaultCourse {
  /** Moves to an instant and tells what failed or was repaired on the way. */
  advance(atMs: number): readonly FaultChange[];
  stageOf: (failureMode: string) => Stage;
  hasFailure(): boolean;
  repair(atMs: number, component: string, effect: RepairEffect): void;
  /** Adds a fault whose onset lies ahead. */
  add(fault: PlannedFault): void;
  /** Every fault whose onset has passed. */
  truth(device: string): TruthLine[];
}

interface Episode {
  fault: PlannedFault;
  onsetMs: number;
  endMs: number;
  hasFailed: boolean;
  notes: string[];
  isPrevented: boolean;
}

const HEALTHY: Stage = { days: 0, hasFailed: false };
/** What a partial repair leaves of the wear it found. */
const LEFT_BY_PARTIAL = 0.35;
/** Where a look-alike peaks, as a share of its span. */
const LOOK_ALIKE_PEAK = 0.6;

export function createFaultCourse(plan: readonly PlannedFault[]): FaultCourse {
  const upcoming = [...plan].sort((a, b) => a.onsetMs - b.onsetMs);
  const begun: Episode[] = [];
  let active: Episode[] = [];
  let stages = new Map<string, Stage>();
  let nowMs = Number.NEGATIVE_INFINITY;
  const restage = (): void => {
    stages = stagesOf(active, nowMs);
  };
  return {
    advance(atMs) {
      nowMs = atMs;
      while (upcoming[0] !== undefined && upcoming[0].onsetMs <= atMs) {
        const episode = begin(upcoming.shift() as PlannedFault);
        begun.push(episode);
        active.push(episode);
      }
      if (active.length === 0 && stages.size === 0) return [];
      const changes = active.flatMap((episode) => changesOf(episode, atMs));
      const ended = new Set(changes.filter(({ change }) => change === 'repaired').map(({ fault }) => fault));
      active = active.filter(({ fault, endMs }) => !ended.has(fault) && (fault.kind !== 'look-alike' || atMs < endMs));
      restage();
      return changes;
    },
    stageOf: (failureMode) => stages.get(failureMode) ?? HEALTHY,
    hasFailure: () => active.some(({ hasFailed }) => hasFailed),
    repair(atMs, component, effect) {
      const concerned = active.filter(
        ({ fault }) => fault.component === component && (fault.kind === 'look-alike') === (effect === 'cause'),
      );
      if (effect !== 'cause') for (const episode of concerned) mend(episode, atMs, effect);
      active = active.filter(
        (episode) => !concerned.includes(episode) || (effect === 'partial' && !episode.isPrevented),
      );
      restage();
    },
    add(fault) {
      if (fault.onsetMs <= nowMs) throw new RangeError(`a fault from ${fault.onsetMs} on is not ahead of ${nowMs}`);
      upcoming.push(fault);
      upcoming.sort((a, b) => a.onsetMs - b.onsetMs);
    },
    truth: (device) => begun.map((episode) => truthOf(device, episode)),
  };
}

const begin = (fault: PlannedFault): Episode => ({
  fault,
  onsetMs: fault.onsetMs,
  endMs: fault.endMs,
  hasFailed: false,
  notes: [],
  isPrevented: false,
});

function changesOf(episode: Episode, atMs: number): FaultChange[] {
  const { fault } = episode;
  const changes: FaultChange[] = [];
  if (fault.kind !== 'look-alike' && !episode.hasFailed && atMs >= episode.endMs) {
    episode.hasFailed = true;
    changes.push({ fault, change: 'failed' });
  }
  if (episode.hasFailed && fault.repairedMs !== undefined && atMs >= fault.repairedMs) {
    episode.notes.push(`repaired ${isoOf(fault.repairedMs)}`);
    changes.push({ fault, change: 'repaired' });
  }
  return changes;
}

function mend(episode: Episode, atMs: number, effect: 'full' | 'partial'): void {
  episode.notes.push(`${effect} repair ${isoOf(atMs)}`);
  if (effect === 'full') {
    episode.isPrevented = !episode.hasFailed;
    return;
  }
  // A partial repair sets the wear back; it then goes on from there, at the same pace.
  const spanMs = episode.fault.endMs - episode.fault.onsetMs;
  const wornMs = Math.min(spanMs, atMs - episode.onsetMs) * LEFT_BY_PARTIAL;
  episode.onsetMs = atMs - wornMs;
  episode.endMs = episode.onsetMs + spanMs;
  episode.hasFailed = false;
}

function stagesOf(active: readonly Episode[], atMs: number): Map<string, Stage> {
  const stages = new Map<string, Stage>();
  for (const episode of active) {
    const { failureMode } = episode.fault;
    const sofar = stages.get(failureMode) ?? HEALTHY;
    stages.set(failureMode, {
      days: sofar.days + wearDaysOf(episode, atMs),
      hasFailed: sofar.hasFailed || episode.hasFailed,
    });
  }
  return stages;
}

function wearDaysOf({ fault, onsetMs, endMs }: Episode, atMs: number): number {
  if (fault.kind === 'abrupt') return 0;
  const spanMs = endMs - onsetMs;
  const elapsedMs = Math.min(spanMs, Math.max(0, atMs - onsetMs));
  const share = elapsedMs / spanMs;
  const isReturning = fault.kind === 'look-alike' && share > LOOK_ALIKE_PEAK;
  const days = (elapsedMs / DAY_MS) * fault.pace;
  return isReturning ? days * (LOOK_ALIKE_PEAK / share) * ((1 - share) / (1 - LOOK_ALIKE_PEAK)) : days;
}

function truthOf(device: string, { fault, endMs, isPrevented, notes }: Episode): TruthLine {
  const hasFailure = fault.kind !== 'look-alike' && !isPrevented;
  const until = fault.kind === 'look-alike' ? [`sign gone ${isoOf(fault.endMs)}`] : [];
  const prevented = isPrevented ? [`would have failed ${isoOf(endMs)}`] : [];
  return {
    device,
    component: fault.component,
    failureMode: fault.failureMode,
    kind: fault.kind,
    onset: isoOf(fault.onsetMs),
    failure: hasFailure ? isoOf(endMs) : null,
    detail: [fault.detail, ...until, ...notes, ...prevented].join('; '),
  };
}
