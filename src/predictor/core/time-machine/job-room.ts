// What would have become of the jobs a candidate asks for: one at a time per failure mode of a device, and as many in a week as
// its station takes, the most valuable first. The rules are those of the trigger; the weeks are those of history.
import type { EpochMs } from '../../../contracts/time.ts';
import { type Decision, fillRoom } from '../trigger/decide.ts';
import { WEEK_MS, weekOf } from '../trigger/week.ts';

export interface JobOffer {
  /** Device, component and failure mode. */
  key: string;
  station: string;
  madeMs: EpochMs;
  /** When its alert was over; `null`: it was not. */
  overMs: EpochMs | null;
  /** When a job opened for it would have been done. */
  doneMs: EpochMs;
  valueMinor: bigint;
  decision: Decision['state'];
}

/** `merged`: somebody was asked, or sent, for the same thing already. */
export type JobFate =
  | { state: 'opened'; atMs: EpochMs }
  | { state: 'proposed'; atMs: EpochMs }
  | { state: 'held' | 'withdrawn' | 'recorded' | 'merged' };

/** By place in the list. `caps`: jobs a week by station; a station without one takes any number. */
export function fatesOf(offers: readonly JobOffer[], caps: ReadonlyMap<string, number>, toMs: EpochMs): JobFate[] {
  const fates = offers.map((): JobFate => ({ state: 'recorded' }));
  const byStation = new Map<string, number[]>();
  offers.forEach(({ station }, index) => byStation.set(station, [...(byStation.get(station) ?? []), index]));
  for (const [station, mine] of byStation) settleStation({ offers, fates, cap: caps.get(station) ?? null, toMs }, mine);
  return fates;
}

interface Station {
  offers: readonly JobOffer[];
  fates: JobFate[];
  cap: number | null;
  toMs: EpochMs;
}

function settleStation({ offers, fates, cap, toMs }: Station, mine: readonly number[]): void {
  const at = (index: number): JobOffer => offers[index] as JobOffer;
  /** Until when a job, or a question to a person, about the same thing is open. */
  const busyUntil = new Map<string, EpochMs>();
  const opened = new Map<EpochMs, number>();
  let held: number[] = [];

  function release(atMs: EpochMs): void {
    const isOver = (index: number): boolean => (at(index).overMs ?? Infinity) <= atMs;
    for (const index of held.filter(isOver)) fates[index] = { state: 'withdrawn' };
    held = held.filter((index) => !isOver(index));
    const week = weekOf(atMs);
    const room = cap === null ? null : cap - (opened.get(week) ?? 0);
    const waiting = held.map((index) => ({ id: index, valueMinor: at(index).valueMinor, madeAtMs: at(index).madeMs }));
    for (const { id } of fillRoom(waiting, room)) {
      opened.set(week, (opened.get(week) ?? 0) + 1);
      fates[id] = { state: 'opened', atMs };
      busyUntil.set(at(id).key, at(id).doneMs);
      held = held.filter((index) => index !== id);
    }
  }

  /** Every Monday there is room again. */
  function passUntil(untilMs: EpochMs, fromMs: EpochMs): void {
    for (let week = weekOf(fromMs) + WEEK_MS; week <= untilMs && held.length > 0; week += WEEK_MS) release(week);
  }

  let lastMs = 0;
  for (const index of [...mine].sort((a, b) => at(a).madeMs - at(b).madeMs || a - b)) {
    const { key, madeMs, doneMs, decision } = at(index);
    passUntil(madeMs, lastMs);
    lastMs = madeMs;
    if (decision === 'recorded') continue;
    if ((busyUntil.get(key) ?? -Infinity) > madeMs || held.some((other) => at(other).key === key)) {
      fates[index] = { state: 'merged' };
    } else if (decision === 'proposed') {
      fates[index] = { state: 'proposed', atMs: madeMs };
      busyUntil.set(key, doneMs);
    } else {
      fates[index] = { state: 'held' };
      held.push(index);
      release(madeMs);
    }
  }
  passUntil(toMs, lastMs);
}
