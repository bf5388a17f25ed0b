// When the next person is told of an alert that nobody has acknowledged: by the policy of its severity. Pure.
import type { EpochMs } from '../../contracts/time.ts';

export interface Policy {
  levels: readonly { afterMinutes: number }[];
  repeatMinutes: number | null;
}

export interface Progress {
  /** Levels told so far. */
  level: number;
  startedAtMs: EpochMs;
  /** When anybody was told last. */
  toldAtMs: EpochMs | null;
}

export interface Step {
  /** Levels to tell now, from 1 on. */
  tell: { level: number; occasion: 'escalated' | 'repeated' }[];
  level: number;
  /** When to look again; `null`: nothing more is to come. */
  nextAtMs: EpochMs | null;
}

const MINUTE_MS = 60_000;

const levelDueMs = (policy: Policy, startedAtMs: EpochMs, level: number): EpochMs | null => {
  const found = policy.levels[level - 1];
  return found === undefined ? null : startedAtMs + found.afterMinutes * MINUTE_MS;
};

/** Levels whose time has come are told, each once; where none is due, those of the level reached are told again in their time. */
export function stepOf(policy: Policy, progress: Progress, nowMs: EpochMs): Step {
  const { startedAtMs } = progress;
  const tell: Step['tell'] = [];
  let level = Math.min(progress.level, policy.levels.length);
  for (let due = levelDueMs(policy, startedAtMs, level + 1); due !== null && due <= nowMs; ) {
    level += 1;
    tell.push({ level, occasion: 'escalated' });
    due = levelDueMs(policy, startedAtMs, level + 1);
  }
  const repeatMs = policy.repeatMinutes === null ? null : policy.repeatMinutes * MINUTE_MS;
  let toldAtMs = tell.length > 0 ? nowMs : progress.toldAtMs;
  if (tell.length === 0 && level > 0 && repeatMs !== null && toldAtMs !== null && toldAtMs + repeatMs <= nowMs) {
    tell.push({ level, occasion: 'repeated' });
    toldAtMs = nowMs;
  }
  const again = level > 0 && repeatMs !== null && toldAtMs !== null ? toldAtMs + repeatMs : null;
  const times = [levelDueMs(policy, startedAtMs, level + 1), again].filter((at) => at !== null);
  return { tell, level, nextAtMs: times.length === 0 ? null : Math.min(...times) };
}
