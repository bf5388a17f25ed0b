// How rare a level is among the device's own past levels, in bits: counted where enough of the past lies above it, drawn out along
// the past's own tail where little or nothing does. So one threshold means the same on every device.
import { BINS } from './state.ts';

/** Time the past is about. */
const MEMORY_MS = 120 * 86_400_000;
const BINS_AN_OCTAVE = 5;
const LOWEST = 2 ** -4;
/** The rarest share of the past, from which its tail is drawn out. */
const TAIL = 0.05;
/** A tail that falls faster than this has not shown all of itself. */
const SHORTEST_TAIL_OCTAVES = 0.12;

const placeOf = (level: number): number =>
  level <= LOWEST ? 0 : Math.min(BINS - 1.001, Math.log2(level / LOWEST) * BINS_AN_OCTAVE);

/** A tail is known the better the longer the past is: of this much it counts twice as long as it looks. */
const DOUBT_MS = 10 * 86_400_000;

/** Adds a level that stood for `stepMs`; what is old fades. */
export function learnLevel(tails: Float64Array, from: number, level: number, stepMs: number): void {
  const kept = 1 - stepMs / MEMORY_MS;
  for (let bin = from; bin < from + BINS; bin++) tails[bin] = (tails[bin] as number) * kept;
  const place = from + Math.floor(placeOf(level));
  tails[place] = (tails[place] as number) + stepMs;
}

/** Bits of a level: minus the logarithm of the share of the past that lies above. */
export function rarityOf(tails: Float64Array, from: number, level: number): number {
  let total = 0;
  for (let bin = from; bin < from + BINS; bin++) total += tails[bin] as number;
  if (total === 0) return 0;
  let above = 0;
  let excess = 0;
  let bin = BINS - 1;
  for (; bin > 0 && above + (tails[from + bin] as number) <= TAIL * total; bin--) above += tails[from + bin] as number;
  const start = bin + 1;
  for (let one = start; one < BINS; one++) excess += (tails[from + one] as number) * (one - start + 0.5);
  const place = placeOf(level);
  if (place < start) return 0;
  const octaves = above === 0 ? SHORTEST_TAIL_OCTAVES : excess / above / BINS_AN_OCTAVE;
  const beyond = (place - start) / BINS_AN_OCTAVE / (Math.max(octaves, SHORTEST_TAIL_OCTAVES) * (1 + DOUBT_MS / total));
  return -Math.log2(TAIL) + beyond / Math.LN2;
}
