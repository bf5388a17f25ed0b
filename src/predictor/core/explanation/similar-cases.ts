// Which earlier cases are most like one: by what spoke, in which direction and how loudly. Pure.

/** What of a stored contributor tells one case from another. */
export interface Voice {
  metric: string;
  direction: 'up' | 'down';
  sigma: number;
}

/** Signed loudness by metric; ten sigmas are not ten times the story of one. */
type Vector = ReadonlyMap<string, number>;

/** A rule's contributor has no deviation: that it spoke is what counts. */
const SILENT_SIGMA = 1;

function vectorOf(voices: readonly Voice[]): Vector {
  const vector = new Map<string, number>();
  for (const { metric, direction, sigma } of voices) {
    const loudness = Math.log1p(Math.max(Math.abs(sigma), SILENT_SIGMA));
    vector.set(metric, (vector.get(metric) ?? 0) + (direction === 'up' ? loudness : -loudness));
  }
  return vector;
}

/** 1 = the same, 0 = nothing in common or the opposite (Bray-Curtis on signed loudness, below zero counted as zero). */
export function likeness(one: readonly Voice[], other: readonly Voice[]): number {
  const [a, b] = [vectorOf(one), vectorOf(other)];
  let apart = 0;
  let whole = 0;
  for (const metric of new Set([...a.keys(), ...b.keys()])) {
    const [x, y] = [a.get(metric) ?? 0, b.get(metric) ?? 0];
    apart += Math.abs(x - y);
    whole += Math.abs(x) + Math.abs(y);
  }
  return whole === 0 ? 0 : 1 - apart / whole;
}

export interface Case {
  id: number;
  voices: readonly Voice[];
  /** It is known how it ended: worth more to who asks. */
  hasOutcome: boolean;
  raisedAtMs: number;
}

export interface Likeness {
  id: number;
  likeness: number;
}

/** Cases this close are told apart by what is known of them, not by digits. */
const STEP = 0.1;
const stepOf = (value: number): number => Math.round(value / STEP);

/** Below this two cases have too little in common to learn from. */
const LEAST_LIKENESS = 0.2;

/** The nearest first, none that is unlike; of equally near ones those with an outcome, then the newest. */
export function mostAlike(voices: readonly Voice[], cases: readonly Case[], limit: number): Likeness[] {
  return cases
    .map((one) => ({ one, likeness: likeness(voices, one.voices) }))
    .filter((each) => each.likeness >= LEAST_LIKENESS)
    .sort(
      (a, b) =>
        stepOf(b.likeness) - stepOf(a.likeness) ||
        Number(b.one.hasOutcome) - Number(a.one.hasOutcome) ||
        b.one.raisedAtMs - a.one.raisedAtMs ||
        b.one.id - a.one.id,
    )
    .slice(0, limit)
    .map(({ one, likeness: value }) => ({ id: one.id, likeness: value }));
}
