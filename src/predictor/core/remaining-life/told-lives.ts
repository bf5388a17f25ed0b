// What was told of a life against what was left of it, step by step, for some lives that the trees had not seen: what the plot of
// remaining life against truth is drawn from. Lives are taken in the order they come in.
import type { Run } from './run.ts';
import { remainingOf } from './frame.ts';

export interface ToldLife {
  /** Device and the instant of its failure. */
  life: string;
  /** Truth and answer at each step, hours, from the beginning of the life on. */
  leftHours: number[];
  p10: number[];
  p50: number[];
  p90: number[];
}

const LIVES_LIMIT = 12;
const STEPS_LIMIT = 60;

/** `null` answers are left out: nothing was told at that step. */
export function toldLives(
  runs: readonly Run[],
  answer: (run: Run, step: number) => { p10: number; p50: number; p90: number } | null,
): ToldLife[] {
  return runs.slice(0, LIVES_LIMIT).map((run) => {
    const left = remainingOf(run);
    const every = Math.max(1, Math.ceil(run.steps / STEPS_LIMIT));
    const told: ToldLife = { life: run.id, leftHours: [], p10: [], p50: [], p90: [] };
    for (let step = 0; step < run.steps; step += every) {
      const said = answer(run, step);
      if (said === null) continue;
      told.leftHours.push(left[step] as number);
      told.p10.push(said.p10);
      told.p50.push(said.p50);
      told.p90.push(said.p90);
    }
    return told;
  });
}
